// What was heard in a voice, and what it bent in the face: a small chart whose rows are sentences, too.

import {h} from "../app/dom.js"
import {hasText, language, text} from "../app/texts.js"

/** @typedef {{measure: string, trait: string, amount: number}} Influence */
/** @typedef {Record<string, {low: number, high: number} | undefined>} Usual */

/** The figures that have a unit which people know, with their digits after the point. @type {Record<string, number>} */
const FIGURES = {pitch_hz: 0, tract_length_cm: 1}
/** From which amount on a word is used. @type {Array<[least: number, word: string]>} */
const STRENGTHS = [[0.6, "strongly"], [0.3, "clearly"], [0.1, "slightly"], [0, "hardly"]]

/** @param {any} acoustics @param {Usual} usual @returns {HTMLElement} */
export function heardChart(acoustics, usual) {
  const figures = Object.keys(FIGURES).filter(measure => acoustics[measure] !== null)
  return h(
    "div",
    {class: "heard stack"},
    h("h3", {}, text("face.heard.title")),
    figures.some(measure => usual[measure]) && h("p", {class: "hint"}, text("face.heard.key")),
    h("ul", {class: "heard-rows"}, ...figures.map(measure => figureRow(measure, acoustics[measure], usual[measure]))),
    acoustics.influences.length > 0 && [
      h("h3", {}, text("face.bent.title")),
      h("p", {class: "hint"}, text("face.bent.lead")),
    ],
    h("ul", {class: "heard-rows"}, ...acoustics.influences.map(influenceRow)),
  )
}

/** @param {string} measure @param {number} value @param {{low: number, high: number} | undefined} range @returns {HTMLElement} */
function figureRow(measure, value, range) {
  const figure = figureText(measure, value)
  const row = h("li", {}, h("span", {class: "heard-name"}, text(`face.measure.${measure}`)), h("strong", {}, figure))
  if (!range) return row
  // The bar shows the usual range in its middle third.
  const width = range.high - range.low
  const place = Math.max(0.02, Math.min(0.98, (value - range.low + width) / (3 * width)))
  const values = {low: figureText(measure, range.low), high: figureText(measure, range.high)}
  row.append(bar("range", place), h("span", {class: "hint"}, text("face.usual", values)))
  return row
}

/** @param {Influence} influence @returns {HTMLElement} */
function influenceRow({measure, trait, amount}) {
  const direction = `face.heard.${measure}.${amount < 0 ? "less" : "more"}`
  const bent = `face.trait.${measure}`
  const [, word] = STRENGTHS.find(([least]) => Math.abs(amount) >= least) ?? STRENGTHS[3]
  return h(
    "li",
    {},
    h("span", {class: "heard-name"}, hasText(direction) ? text(direction) : measure),
    h("strong", {}, text(`face.bent.${word}`)),
    bar("influence", Math.abs(amount)),
    h("span", {class: "hint"}, hasText(bent) ? text(bent) : trait),
  )
}

/** Return a bar that ends, or has a mark, at a place between 0 and 1; the words beside it say the same. @param {string} kind @param {number} place */
function bar(kind, place) {
  const element = h("span", {class: `heard-bar ${kind}`, "aria-hidden": "true"}, h("span", {}))
  element.style.setProperty("--place", String(place))
  return element
}

/** @param {string} measure @param {number} value */
const figureText = (measure, value) =>
  text(`face.unit.${measure}`, {n: new Intl.NumberFormat(language, {maximumFractionDigits: FIGURES[measure]}).format(value)})
