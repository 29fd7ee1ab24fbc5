// Another password.

import {call} from "../app/api.js"
import {h} from "../app/dom.js"
import {text} from "../app/texts.js"
import {form, valueOf} from "../components/form.js"
import {notice, tell} from "../components/notice.js"
import {currentPassword, newPassword} from "../components/password.js"
import {part} from "./part.js"

/** @param {string} email tells password managers whose password it is */
export function passwordChange(email) {
  const outcome = notice()
  return part(
    "password_change.title",
    form(
      async element => {
        const fields = {current_password: valueOf(element, "current_password"), password: valueOf(element, "password")}
        await call("PUT", "users/password", {fields})
        element.reset()
        tell(outcome, text("password_change.done"))
      },
      h("input", {autocomplete: "username", value: email, hidden: true, readonly: true}),
      ...currentPassword(text("password_change.current"), "current_password"),
      ...newPassword(text("password_change.new")),
      h("button", {}, text("password_change.button")),
    ),
    outcome,
  )
}
