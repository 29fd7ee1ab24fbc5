// A new password.

import {h} from "../app/dom.js"
import {text} from "../app/texts.js"
import {field} from "./form.js"

/** Return the input of a new password, and a box to show what is typed. @param {string} label @returns {Node[]} */
export function newPassword(label) {
  const attributes = {name: "password", type: "password", autocomplete: "new-password", required: true, minlength: 8, maxlength: 256}
  const place = field(label, attributes, text("password.hint"))
  const input = /** @type {HTMLInputElement} */ (place.querySelector("input"))
  const box = h("input", {type: "checkbox", onchange: () => (input.type = box.checked ? "text" : "password")})
  return [place, h("label", {class: "check"}, box, text("password.show"))]
}
