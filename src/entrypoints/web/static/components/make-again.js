// Makes the faces again.

import {call} from "../app/api.js"
import {h} from "../app/dom.js"
import {text} from "../app/texts.js"
import {newKey} from "../app/keys.js"
import {form} from "./form.js"
import {wishesForm, wishesOf} from "./wishes-form.js"

/** @typedef {import("./wishes-form.js").Wishes} Wishes */

/**
 * Return a form that has faces made again with other wishes; `begun` is called with the id of the new result.
 *
 * @param {string} requestId
 * @param {Wishes} wishes those of the result that is shown
 * @param {(resultId: string) => void} begun
 * @returns {HTMLElement}
 */
export function makeAgain(requestId, wishes, begun) {
  const send = sender(requestId)
  return form(
    async element => begun(await send(wishesOf(element))),
    h("p", {class: "hint"}, text("face.again.lead")),
    wishesForm(wishes),
    h("button", {}, text("face.again.button")),
  )
}

/**
 * Return a button that has faces made again with the same wishes.
 *
 * @param {{id: string}} request
 * @param {Wishes} result
 * @param {(resultId: string) => void} begun
 * @returns {HTMLElement}
 */
export function tryAgain(request, {skin_tone, hair_style, hair_colour, glasses}, begun) {
  const send = sender(request.id)
  return form(async () => begun(await send({skin_tone, hair_style, hair_colour, glasses})), h("button", {}, text("face.try_again")))
}

/**
 * Return a function that asks for faces with some wishes; asking the same once more has the same key.
 *
 * @param {string} requestId
 */
function sender(requestId) {
  /** @type {Map<string, string>} */
  const keys = new Map()
  return async (/** @type {Wishes} */ fields) => {
    const body = JSON.stringify(fields)
    const key = keys.get(body) ?? newKey()
    keys.set(body, key)
    const made = await call("POST", `mz-request/${requestId}/mz-result`, {fields, key})
    return made.regenerate_mz_result_id
  }
}
