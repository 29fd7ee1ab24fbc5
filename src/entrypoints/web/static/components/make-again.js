// Makes the faces again.

import {call} from "../app/api.js"
import {h} from "../app/dom.js"
import {Problem} from "../app/problem.js"
import {text} from "../app/texts.js"
import {newKey} from "../app/keys.js"
import {form} from "./form.js"
import {wishesForm, wishesOf} from "./wishes-form.js"

/** @typedef {import("./wishes-form.js").Wishes} Wishes */

/**
 * Return a form that has faces made again with other wishes; `begun` is called once they are being made.
 *
 * @param {string} requestId
 * @param {Wishes} wishes those of the result that is shown
 * @param {() => void} begun
 * @returns {HTMLElement}
 */
export function makeAgain(requestId, wishes, begun) {
  const send = sender(requestId)
  return form(
    async element => {
      await send(wishesOf(element))
      begun()
    },
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
 * @param {() => void} begun
 * @returns {HTMLElement}
 */
export function tryAgain(request, {skin_tone, hair_style, hair_colour, glasses}, begun) {
  const send = sender(request.id)
  const work = async () => {
    await send({skin_tone, hair_style, hair_colour, glasses})
    begun()
  }
  return form(work, h("button", {}, text("face.try_again")))
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
    try {
      await call("POST", `mz-request/${requestId}/mz-result`, {fields, key})
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "generation_in_flight") throw error // another tab has begun
    }
  }
}
