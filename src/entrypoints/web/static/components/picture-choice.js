// Choices with pictures, which the studio has drawn (infra/page/choice_pictures.py).

import {fileAddress} from "../app/addresses.js"
import {h} from "../app/dom.js"
import {text} from "../app/texts.js"

/**
 * Return a radio button with its picture and its name.
 *
 * @param {string} kind `gender`, `skin_tone`, `hair_style`, `hair_colour` or `glasses`
 * @param {string} value one of the API's for that kind; an empty one has no picture
 * @param {string} name
 * @param {{checked?: boolean, required?: boolean}} state
 * @returns {HTMLElement}
 */
export const pictureChoice = (kind, value, name, {checked, required}) =>
  h(
    "label",
    {class: "choice"},
    h("input", {type: "radio", name: kind, value, checked, required}),
    value && pictureOf(kind, value),
    h("span", {}, name),
  )

/** Return the choice between the genders for which usual voices are known. @param {string} [chosen] @returns {HTMLElement[]} */
export const genderChoices = chosen =>
  ["woman", "man"].map(value => pictureChoice("gender", value, text(`gender.${value}`), {checked: value === chosen, required: true}))

/** Return a picture. It says nothing to those who listen: the choice has its name beside it. @param {string} kind @param {string} value @returns {HTMLImageElement} */
const pictureOf = (kind, value) =>
  h("img", {src: fileAddress(`pictures/${kind}-${value}.webp`).href, width: 72, height: 72, alt: "", loading: "lazy", decoding: "async"})
