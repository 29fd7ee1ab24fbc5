// Sentences to the reader.

import {h} from "../app/dom.js"

/** Return a place for a sentence to the reader, which is empty at first. @returns {HTMLElement} */
export const notice = () => h("p", {class: "notice", role: "status", tabindex: -1})

/** Tell the reader, also one who listens. @param {HTMLElement} place @param {string} sentence @param {{isBad?: boolean}} [options] */
export function tell(place, sentence, {isBad = false} = {}) {
  place.textContent = sentence
  place.classList.toggle("bad", isBad)
  if (sentence) place.focus()
}
