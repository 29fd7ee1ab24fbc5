// Delete everything.

import {call} from "../app/api.js"
import {h} from "../app/dom.js"
import {hrefOf} from "../app/router.js"
import {emailOfUser, forget, isGuest} from "../app/session.js"
import {countText, text} from "../app/texts.js"
import {goBack, modal} from "../components/dialog.js"
import {form, valueOf} from "../components/form.js"
import {currentPassword} from "../components/password.js"
import {forgetAny} from "../recorder/recordings.js"
import {part} from "./part.js"

const COUNTED = ["recordings", "results", "ratings", "sessions"]

/** @param {(receipt: HTMLElement) => void} erased is called when all is gone */
export const erasure = erased =>
  part(
    "erase.title",
    h("p", {}, text("erase.lead")),
    h("button", {type: "button", class: "danger", onclick: () => ask(erased)}, text("erase.button")),
  )

/** @param {(receipt: HTMLElement) => void} erased */
function ask(erased) {
  const needsPassword = !isGuest()
  const dialog = modal(
    text("erase.ask"),
    h("p", {}, text("erase.ask.lead")),
    h("ul", {}, ...["faces", "account", "others"].map(what => h("li", {}, text(`erase.goes.${what}`)))),
    form(
      async element => {
        const fields = needsPassword ? {password: valueOf(element, "erase_password")} : {}
        const receipt = await call("DELETE", "users", {fields})
        dialog.close()
        forget()
        await forgetAny()
        erased(receiptOf(receipt))
      },
      ...(needsPassword
        ? [h("input", {autocomplete: "username", value: emailOfUser(), hidden: true, readonly: true}), ...currentPassword(text("erase.password"), "erase_password")]
        : []),
      h(
        "div",
        {class: "row"},
        goBack(),
        h("button", {class: "danger"}, text("erase.button")),
      ),
    ),
  )
}

/** @param {Record<string, any>} receipt */
function receiptOf(receipt) {
  const counts = COUNTED.map(what => countText(`erase.count.${what}`, receipt[what]))
  return h(
    "div",
    {class: "card stack"},
    h("p", {}, text("erase.done")),
    h("ul", {}, ...counts.map(line => h("li", {}, line))),
    receipt.note && h("p", {class: "hint"}, text("erase.note")),
    h("a", {class: "button", href: hrefOf("")}, text("erase.first_page")),
  )
}
