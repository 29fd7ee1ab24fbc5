// One to five stars, by mouse, touch or keyboard.

import {h} from "../app/dom.js"
import {countText, text} from "../app/texts.js"
import {icon} from "./icons.js"

const MOST = 5

/**
 * Return radio buttons for stars; `choose` is called with the number that the user has settled on: arrow keys pass those
 * in between, so stars chosen by keys count at Enter, or when the keys lead away.
 *
 * @param {{legend: string, name: string, value: number | null, choose: (stars: number) => void}} options
 * @returns {HTMLFieldSetElement}
 */
export function starRating({legend, name, value, choose}) {
  let chosen = value
  let isByKey = false
  const stars = Array.from({length: MOST}, (_, index) => star(name, index + 1, value))
  const told = h("span", {class: "hint stars-told", "aria-hidden": "true"})
  const keys = h("p", {class: "hint", id: `${name}-keys`, hidden: true}, text("face.stars.keys"))
  const row = h("div", {class: "stars-row"}, ...stars, told)
  const element = h("fieldset", {class: "stars", "aria-describedby": keys.id}, h("legend", {}, legend), row, keys)

  const paint = () => {
    const shown = Number(element.querySelector("input:checked")?.value ?? 0)
    stars.forEach((label, index) => label.classList.toggle("on", index < shown))
    told.textContent = shown ? countText("face.stars", shown) : ""
    return shown
  }
  const settle = () => {
    const shown = paint()
    if (!shown || shown === chosen) return
    chosen = shown
    choose(shown)
  }
  element.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    isByKey = true
    keys.hidden = event.key === "Enter"
    if (keys.hidden) settle()
  })
  element.addEventListener("pointerdown", () => (isByKey = false))
  element.addEventListener("click", () => isByKey || settle()) // also on the star that the keys have chosen
  element.addEventListener("change", () => {
    if (isByKey) paint()
    else settle()
  })
  element.addEventListener("focusout", (/** @type {FocusEvent} */ event) => {
    if (element.contains(/** @type {Node | null} */ (event.relatedTarget)) || !document.hasFocus()) return
    keys.hidden = true
    if (isByKey) settle()
  })
  paint()
  return element
}

/** @param {string} name @param {number} stars @param {number | null} value @returns {HTMLElement} */
const star = (name, stars, value) =>
  h(
    "label",
    {},
    h("input", {type: "radio", name, value: stars, checked: stars === value, class: "visually-hidden"}),
    icon("star"),
    h("span", {class: "visually-hidden"}, countText("face.stars", stars)),
  )
