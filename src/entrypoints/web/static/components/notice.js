// Sentences to the reader.

import {h} from "../app/dom.js"
import {text} from "../app/texts.js"

/** Return a place for a sentence to the reader, which is empty at first. @returns {HTMLElement} */
export const notice = () => h("p", {class: "notice", role: "status", tabindex: -1})

/** Tell the reader, also one who listens. @param {HTMLElement} place @param {string} sentence @param {{isBad?: boolean}} [options] */
export function tell(place, sentence, {isBad = false} = {}) {
  tellProgress(place, sentence)
  place.classList.toggle("bad", isBad)
  if (sentence) place.focus()
}

/** Tell the reader what goes on; the focus stays where it is. @param {HTMLElement} place @param {string} sentence */
export function tellProgress(place, sentence) {
  place.textContent = sentence
  place.classList.remove("bad")
}

/**
 * Tell what went wrong, and when the time is over after which another try is worth it: the sentence may name that time.
 *
 * @param {HTMLElement} place
 * @param {import("../app/problem.js").Problem} problem
 */
export function tellProblem(place, {message, retryAfter}) {
  tell(place, message, {isBad: true})
  const told = place.firstChild
  if (!retryAfter) return
  setTimeout(() => {
    if (place.firstChild !== told) return // something else was told meanwhile
    tellProgress(place, text("wait.over"))
  }, retryAfter * 1000)
}
