// The first script of the page. What it needs only later is loaded later.

import {find} from "./dom.js"
import {showWhoIsHere} from "./header.js"
import {begin, show} from "./router.js"

begin()
showWhoIsHere()
void show()

const choice = find("#language")
choice.value = document.documentElement.lang
choice.addEventListener("change", async () => (await import("./texts.js")).useLanguage(choice.value))

find(".skip").addEventListener("click", (/** @type {Event} */ event) => {
  event.preventDefault() // an address with a fragment would be another one for the router
  find("main").focus()
})
