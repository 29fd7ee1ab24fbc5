// The links at the top of the page, and what else is for those only who are here.

import {BASE} from "./addresses.js"
import {onOtherTab, whoIsHere} from "./kept-login.js"

/** Show the links that suit who is here, now and whenever that changes. */
export function showWhoIsHere() {
  show()
  addEventListener("session", show)
  onOtherTab(show)
}

function show() {
  const who = whoIsHere()
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-for]")))
    element.hidden = !element.dataset.for?.split(" ").includes(who)
}

/** Mark the link to the view that is shown. @param {string} path */
export function markPlace(path) {
  for (const link of links()) {
    if (link.pathname === BASE.pathname + path) link.setAttribute("aria-current", "page")
    else link.removeAttribute("aria-current")
  }
}

/** @returns {NodeListOf<HTMLAnchorElement>} */
const links = () => document.querySelectorAll(".top nav a")
