// The first script of the page. What it needs only later is loaded later.

import {BASE} from "./addresses.js"
import {find} from "./dom.js"
import {begin, show} from "./router.js"

begin()
void show()

const choice = find("#language")
choice.value = document.documentElement.lang
choice.addEventListener("change", async () => (await import("./texts.js")).useLanguage(choice.value))

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
