// The login of this page. The access token is in memory only; the refresh token is in a cookie that no script can read.

import {Problem} from "./problem.js"
import {bodyOf, request} from "./request.js"

const HINT = "has-session"
/** Seconds before its end when a token is replaced. */
const MARGIN = 30

let token = ""
let endsAt = 0

/** Whether this browser has a session, as far as the page knows: so a new visitor causes no refused call. */
export const hasSession = () => token !== "" || localStorage.getItem(HINT) !== null

/** Whether the session is that of a guest. */
export const isGuest = () => localStorage.getItem(HINT) === "guest"

/** Log in. @param {string} email @param {string} password */
export async function logIn(email, password) {
  keep(await send("POST", "auth/sessions", {email, password}), "user")
}

/** Begin as a guest. @param {Record<string, any>} [fields] */
export async function beginGuest(fields = {}) {
  keep(await send("POST", "guests", fields), "guest")
}

/** Log out here. */
export async function logOut() {
  await send("DELETE", "auth/refresh")
  forget()
}

/** Forget a session that has ended. */
export function forget() {
  token = ""
  endsAt = 0
  localStorage.removeItem(HINT)
  dispatchEvent(new Event("session"))
}

/** Return a valid access token; throws a `Problem` with status 401 where no user is logged in. */
export async function accessToken() {
  if (!hasSession()) throw new Problem(401, {code: "not_logged_in"})
  if (Date.now() > endsAt) await refresh()
  return token
}

/** Replace a token that was refused. @param {string} refused */
export async function replace(refused) {
  if (token === refused) endsAt = 0
  return accessToken()
}

/** A refresh token that is used twice ends its session, so one tab refreshes at a time. */
async function refresh() {
  await navigator.locks.request("refresh", async () => {
    if (Date.now() < endsAt) return // a call of this tab has done it meanwhile
    try {
      keep(await send("POST", "auth/refresh"), localStorage.getItem(HINT) ?? "user")
    } catch (error) {
      if (error instanceof Problem && error.status === 401) forget()
      throw error
    }
  })
}

/** @param {{token: string, expires_in: number}} answer @param {string} kind */
function keep(answer, kind) {
  token = answer.token
  endsAt = Date.now() + (answer.expires_in - MARGIN) * 1000
  localStorage.setItem(HINT, kind)
  dispatchEvent(new Event("session"))
}

/** @param {string} method @param {string} path @param {Record<string, any>} [fields] */
const send = async (method, path, fields) => bodyOf(await request(method, path, {fields, token, keepalive: true}))
