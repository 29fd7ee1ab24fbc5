// The first script of the page. What it needs only later is loaded later.

import {BASE} from "./addresses.js"
import {find} from "./dom.js"
import {showWhoIsHere} from "./header.js"
import {begin, show} from "./router.js"

begin()
showWhoIsHere()
void show()

const otherLanguage = find("#language")
otherLanguage.addEventListener("click", async () => (await import("./texts.js")).useLanguage(otherLanguage.lang))

find(".skip").addEventListener("click", (/** @type {Event} */ event) => {
  event.preventDefault() // an address with a fragment would be another one for the router
  find("main").focus()
})

// Browsers have no service workers on addresses without TLS, and may refuse them: then only the offline page is missing.
addEventListener("load", () => {
  navigator.serviceWorker?.register(new URL(`service-worker.js?language=${document.documentElement.lang}`, BASE)).catch(() => {})
})

if (location.pathname === BASE.pathname && mayHaveRecording())
  void import("../components/unsent-recording.js").then(({tellOfUnsent}) => tellOfUnsent(find("main")))

/** Tell whether this browser may keep a recording that was not sent: a new visitor loads nothing for that. */
function mayHaveRecording() {
  try {
    return localStorage.getItem("has-recording") !== null
  } catch {
    return false // the browser keeps nothing for this page
  }
}
