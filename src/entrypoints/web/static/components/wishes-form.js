// How one wishes to look: pictures to choose from.

import {h} from "../app/dom.js"
import {text} from "../app/texts.js"
import {pictureChoice} from "./picture-choice.js"

/** @type {Record<string, string[]>} */
const CHOICES = {
  skin_tone: ["porcelain", "light", "neutral", "olive", "tan", "brown", "deep"],
  hair_style: ["crop", "side_part", "quiff", "buzz", "receding", "bald", "pixie", "bob", "long", "fringe", "bun"],
  hair_colour: ["black", "dark_brown", "brown", "auburn", "blond", "grey", "white"],
}

/**
 * What a user wishes, in the words of the API; null leaves the choice to the service.
 *
 * @typedef {{skin_tone: string | null, hair_style: string | null, hair_colour: string | null, glasses: boolean}} Wishes
 */

/**
 * Return a fieldset of radio buttons named as in the API.
 *
 * @param {Partial<Wishes>} [values] what is chosen at first
 * @returns {HTMLFieldSetElement}
 */
export function wishesForm(values = {}) {
  const groups = Object.keys(CHOICES).map(kind => {
    const chosen = values[/** @type {keyof Wishes} */ (kind)] ?? ""
    return group(kind, [choice(kind, "", chosen === ""), ...CHOICES[kind].map(value => choice(kind, value, chosen === value))])
  })
  const glasses = ["false", "true"].map(value => choice("glasses", value, String(values.glasses ?? false) === value))
  return h("fieldset", {class: "wishes"}, h("legend", {}, text("wishes.title")), ...groups, group("glasses", glasses))
}

/** Return what is chosen in a form that holds the fieldset. @param {HTMLFormElement} form @returns {Wishes} */
export function wishesOf(form) {
  const chosen = new FormData(form)
  const word = (/** @type {string} */ kind) => String(chosen.get(kind) ?? "") || null
  return {
    skin_tone: word("skin_tone"),
    hair_style: word("hair_style"),
    hair_colour: word("hair_colour"),
    glasses: chosen.get("glasses") === "true",
  }
}

/** @param {string} kind @param {HTMLElement[]} choices */
const group = (kind, choices) =>
  h("fieldset", {}, h("legend", {}, text(`wishes.${kind}`)), h("div", {class: "choices"}, ...choices))

/** @param {string} kind @param {string} value @param {boolean} checked */
const choice = (kind, value, checked) =>
  pictureChoice(kind, value, value ? text(`look.${kind}.${value}`) : text("wishes.any"), {checked})
