// Passwords.

import {h} from "../app/dom.js"
import {text} from "../app/texts.js"
import {field} from "./form.js"

/** Return the input of a new password, and a box to show what is typed. @param {string} label @returns {Node[]} */
export const newPassword = label =>
  password(label, {name: "password", autocomplete: "new-password", minlength: 8, maxlength: 256}, text("password.hint"))

/** Return the input of the password of an account, and a box to show what is typed. @param {string} label @param {string} [name] @returns {Node[]} */
export const currentPassword = (label, name = "password") => password(label, {name, autocomplete: "current-password"})

/** @param {string} label @param {Record<string, any>} attributes @param {string} [hint] @returns {Node[]} */
function password(label, attributes, hint) {
  const place = field(label, {...attributes, type: "password", required: true}, hint)
  const input = /** @type {HTMLInputElement} */ (place.querySelector("input"))
  const box = h("input", {type: "checkbox", onchange: () => (input.type = box.checked ? "text" : "password")})
  return [place, h("label", {class: "check"}, box, text("password.show"))]
}
