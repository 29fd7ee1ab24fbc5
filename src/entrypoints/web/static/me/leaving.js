// The way out of a login.

import {BASE} from "../app/addresses.js"
import {h} from "../app/dom.js"
import {hrefOf} from "../app/router.js"
import {isGuest, logOut} from "../app/session.js"
import {text} from "../app/texts.js"
import {ask} from "../components/dialog.js"
import {form} from "../components/form.js"
import {forgetAny, kept} from "../recorder/recordings.js"

/**
 * Return a button to log out; it asks first where something would be lost.
 *
 * The page is loaded anew, so nothing of the user stays in it, and no voice in the browser.
 *
 * @param {string} button what it is called
 * @param {string} [next] the view that comes next; usually the first page
 */
export function leave(button, next = "") {
  const work = async () => {
    await logOut()
    await forgetAny()
    location.assign(next ? hrefOf(next) : BASE)
  }
  return form(
    async () => {
      if (isGuest()) ask({title: text("leave.guest"), lead: text("leave.guest.lead"), button, work})
      else if (await kept()) ask({title: text("leave.unsent"), lead: text("leave.unsent.lead"), button, work})
      else await work()
    },
    h("button", {class: "quiet"}, button),
  )
}
