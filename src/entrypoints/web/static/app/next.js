// Where a user goes after logging in or signing up.

import {BASE} from "./addresses.js"

const USUAL = "faces"

/** Return the path of the view that asked for a login: one of this page, whatever the address says. */
export function nextPath() {
  const asked = new URLSearchParams(location.search).get("next")
  if (asked === null) return USUAL
  const address = parsed(asked)
  if (address?.origin !== BASE.origin || !address.pathname.startsWith(BASE.pathname)) return USUAL
  return address.pathname.slice(BASE.pathname.length) + address.search + address.hash
}

/** Return the path of the view `log-in`, which leads back here. */
export function logInPath() {
  const here = location.pathname.slice(BASE.pathname.length) + location.search
  return `log-in?${new URLSearchParams({next: here})}`
}

/** Return another view's path that leads to where this one would lead. @param {"log-in" | "sign-up"} path */
export const withNext = path => {
  const asked = new URLSearchParams(location.search).get("next")
  return asked === null ? path : `${path}?${new URLSearchParams({next: nextPath()})}`
}

/** @param {string} path */
function parsed(path) {
  try {
    return new URL(path, BASE)
  } catch {
    return null // it is no address
  }
}
