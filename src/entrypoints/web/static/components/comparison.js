// The two faces of a result: which one suits the voice? The user plays and rates them before learning which is which.

import {h} from "../app/dom.js"
import {text} from "../app/texts.js"
import {orderOf, isTold, rememberTold} from "../face/order.js"
import {failureText} from "../face/failures.js"
import {ratingSender} from "../face/rating.js"
import {letterText, playBoth} from "./play-both.js"
import {reveal, verdictText} from "./reveal.js"
import {starRating} from "./star-rating.js"

/** @typedef {import("../face/order.js").Kind} Kind */

/**
 * Return the comparison of a result's faces; `above` is below its heading, `afterwards` makes what follows the reveal.
 *
 * @param {any} result
 * @param {{left: AbortSignal, reload: () => void, above: Array<Node | false>, afterwards: () => Node}} options
 */
export function comparison(result, {left, reload, above, afterwards}) {
  const order = orderOf(result)
  /** @type {Record<Kind, number | null>} */
  const stars = {voice: result.voice_image_rating, condition: result.condition_image_rating}
  let isNamed = isTold(result)

  const note = result.note && h("p", {class: "notice"}, failureText(result.note))
  const pair = playBoth(result, order, left, reload)
  const send = ratingSender(result, showSent)
  const heading = h("h1", {}, text("face.question"))
  const lead = h("p", {class: "lead"}, text("face.lead"))
  const ratings = order.map((kind, index) => ratingOf(kind, index))
  const skip = h("button", {type: "button", class: "quiet", onclick: () => tellNames()}, text("face.skip"))
  const skipping = h("p", {}, skip)
  const told = h("div", {class: "stack"})

  /** @param {Kind} kind @param {number} index @returns {HTMLElement} */
  function ratingOf(kind, index) {
    const choose = (/** @type {number} */ number) => {
      stars[kind] = number
      rate(kind)
    }
    const legend = text("face.stars.legend", {name: letterText(index)})
    const problem = h("p", {class: "notice bad", role: "alert"})
    return h("div", {"data-kind": kind}, starRating({legend, name: `stars-${kind}`, value: stars[kind], choose}), problem)
  }

  /** @param {Kind} kind */
  const rate = kind => void send({type: kind, rating: stars[kind] ?? 0, shown_first: order[0], named: isNamed})

  /** @param {Kind} kind @returns {HTMLElement} */
  const sendAgain = kind => h("button", {type: "button", class: "quiet", onclick: () => rate(kind)}, text("face.rate_again"))

  /** @param {Kind} kind @param {Error | null} problem */
  function showSent(kind, problem) {
    const place = ratings[order.indexOf(kind)].querySelector(".notice")
    if (!place || left.aborted) return
    const hadFocus = place.contains(document.activeElement)
    place.replaceChildren()
    if (hadFocus) /** @type {HTMLElement | null} */ (place.parentElement?.querySelector("input:checked"))?.focus()
    if (problem) place.append(`${text("face.not_rated")} ${problem.message} `, sendAgain(kind))
    result[`${kind}_image_rating`] = problem ? null : stars[kind]
    const isRated = order.every(each => result[`${each}_image_rating`] !== null)
    const verdict = told.querySelector(".verdict")
    if (verdict) verdict.textContent = verdictText(stars)
    else if (isRated) tellNames()
  }

  function tellNames() {
    rememberTold(result)
    showNames()
    const title = /** @type {HTMLElement} */ (told.querySelector("h2"))
    title.tabIndex = -1
    title.focus({preventScroll: true})
    title.scrollIntoView({block: "center"})
  }

  function showNames() {
    isNamed = true
    heading.textContent = text("face.title")
    lead.textContent = text("face.drawn")
    skipping.remove()
    pair.classList.add("is-named")
    for (const name of pair.querySelectorAll(".face-name")) name.removeAttribute("hidden")
    told.replaceChildren(reveal(result, stars, order), afterwards())
  }

  if (isNamed) showNames()
  return h(
    "section",
    {class: "stack"},
    heading,
    lead,
    note,
    above,
    h("div", {class: "card stack"}, pair, h("div", {class: "ratings"}, ...ratings), !isNamed && skipping),
    told,
  )
}
