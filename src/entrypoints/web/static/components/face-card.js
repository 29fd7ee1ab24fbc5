// One request in the gallery.

import {h} from "../app/dom.js"
import {hrefOf} from "../app/router.js"
import {shortDateText, text} from "../app/texts.js"
import {icon} from "./icons.js"

/**
 * A request as the list tells of it; what it does not know (yet) is missing or null.
 *
 * @typedef {{id: string, status: "Proceeding" | "Success" | "Failed", percent?: number, created_at: string, voice_url: string | null,
 *   latest_mz_result_id: string, rated: boolean, first: "voice" | "condition", voice_image_url?: string | null,
 *   voice_loop_url?: string | null, condition_image_url?: string | null, condition_loop_url?: string | null}} Item
 */

/** What is shown in place of faces. */
const ICONS = {Proceeding: "mic", Failed: "close", Success: "user"}
/** The size of the pictures, which keeps their place until they are there. */
const SIZE = 320

/**
 * Return the card of a request.
 *
 * @param {Item} item
 * @param {...Node} buttons
 * @returns {HTMLElement}
 */
export function faceCard(item, ...buttons) {
  const made = shortDateText(item.created_at)
  const state = stateOf(item)
  return h(
    "li",
    {class: "face-card"},
    h(
      "a",
      {class: "picture", href: hrefOf(`faces/${item.id}`), "aria-label": text("faces.open", {date: made, state})},
      ...pictures(item),
    ),
    h("div", {class: "about"}, h("p", {class: "made"}, made), h("p", {class: "state"}, state)),
    h("div", {class: "actions"}, ...buttons),
  )
}

/** Return a card that keeps the place of one to come. @returns {HTMLElement} */
export const emptyCard = () =>
  h("li", {class: "face-card waiting", "aria-hidden": "true"}, h("div", {class: "picture"}), h("div", {class: "about"}), h("div", {class: "actions"}))

/** Show how far a request is that still runs. @param {HTMLElement} card @param {Item} item */
export function showProgress(card, item) {
  const bar = card.querySelector("progress")
  if (bar) bar.value = item.percent ?? 0
  const state = stateOf(item)
  const place = card.querySelector(".state")
  if (place) place.textContent = state
  card.querySelector(".picture")?.setAttribute("aria-label", text("faces.open", {date: shortDateText(item.created_at), state}))
}

/** @param {Item} item */
function stateOf(item) {
  const isAgain = item.voice_image_url != null // these are earlier faces
  if (item.status === "Failed") return text(isAgain ? "faces.failed_new" : "faces.failed")
  if (item.status === "Proceeding") return text(isAgain ? "faces.making_new" : "faces.making", {percent: item.percent ?? 0})
  if (!item.voice_image_url) return text("faces.gone")
  return text(!item.rated ? "faces.unrated" : "faces.ready")
}

/** @param {Item} item @returns {HTMLElement[]} */
function pictures(item) {
  const shown = faces(item)
  if (item.status === "Proceeding") shown.push(h("progress", {max: 100, value: item.percent ?? 0, "aria-hidden": "true"}))
  return shown
}

/** @param {Item} item @returns {HTMLElement[]} */
function faces(item) {
  if (!item.voice_image_url) return [h("span", {class: "still"}, icon(ICONS[item.status]))]
  const voice = portrait(item.voice_image_url, item.voice_loop_url)
  if (item.rated || !item.condition_image_url) return [voice]
  // Before the user has rated them, nothing must tell which one follows the voice.
  const condition = portrait(item.condition_image_url, item.condition_loop_url)
  return item.first === "voice" ? [half(voice), half(condition)] : [half(condition), half(voice)]
}

/** @param {string} address @param {string | null} [loop] @returns {HTMLElement} */
const portrait = (address, loop) =>
  h("img", {width: SIZE, height: SIZE, loading: "lazy", decoding: "async", alt: "", src: address, "data-loop": loop})

/** @param {HTMLElement} image @returns {HTMLElement} */
const half = image => h("span", {class: "half"}, image)
