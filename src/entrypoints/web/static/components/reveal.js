// Which face is which, and what was heard.

import {h} from "../app/dom.js"
import {text} from "../app/texts.js"
import {heardChart} from "./heard-chart.js"
import {letterText} from "./play-both.js"

/** @typedef {import("../face/order.js").Kind} Kind */
/** @typedef {Record<Kind, number | null>} Stars */

/**
 * Return what is told once the faces have their names.
 *
 * @param {any} result
 * @param {Stars} stars
 * @param {[Kind, Kind]} order
 * @returns {HTMLElement}
 */
export const reveal = (result, stars, order) =>
  h(
    "section",
    {class: "card stack reveal"},
    h("h2", {}, text("face.reveal.title", {name: letterText(order.indexOf("voice"))})),
    h("p", {class: "verdict", role: "status"}, verdictText(stars)),
    h("p", {}, text(`face.reveal.how.${document.documentElement.dataset.sameStyling}`)),
    result.acoustics && heardChart(result.acoustics, result.usual ?? {}),
    h("p", {class: "hint"}, text("face.drawn")),
  )

/** Return what the stars say. @param {Stars} stars */
export function verdictText({voice, condition}) {
  const word = voice === null || condition === null ? "unrated" : voice > condition ? "voice" : voice < condition ? "condition" : "same"
  return text(`face.verdict.${word}`)
}
