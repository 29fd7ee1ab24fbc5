// One to five stars, by mouse, touch or keyboard.

import {h} from "../app/dom.js"
import {countText} from "../app/texts.js"
import {icon} from "./icons.js"

const MOST = 5
/** Seconds after which stars chosen by keys count: the keys pass those in between. */
const PAUSE = 1

/**
 * Return radio buttons for stars; `choose` is called with the number that the user has settled on.
 *
 * @param {{legend: string, name: string, value: number | null, choose: (stars: number) => void}} options
 * @returns {HTMLFieldSetElement}
 */
export function starRating({legend, name, value, choose}) {
  let timer = 0
  let chosen = value
  let isByKey = false
  const stars = Array.from({length: MOST}, (_, index) => star(name, index + 1, value))
  const told = h("span", {class: "hint stars-told", "aria-hidden": "true"})
  const element = h("fieldset", {class: "stars"}, h("legend", {}, legend), h("div", {class: "stars-row"}, ...stars, told))

  const paint = () => {
    const shown = Number(element.querySelector("input:checked")?.value ?? 0)
    stars.forEach((label, index) => label.classList.toggle("on", index < shown))
    told.textContent = shown ? countText("face.stars", shown) : ""
    return shown
  }
  const settle = () => {
    clearTimeout(timer)
    const shown = paint()
    if (!shown || shown === chosen) return
    chosen = shown
    choose(shown)
  }
  element.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    isByKey = true
    if (event.key === "Enter") settle()
  })
  element.addEventListener("pointerdown", () => (isByKey = false))
  element.addEventListener("change", () => {
    paint()
    clearTimeout(timer)
    if (isByKey) timer = setTimeout(settle, PAUSE * 1000)
    else settle()
  })
  element.addEventListener("focusout", (/** @type {FocusEvent} */ event) => {
    if (!element.contains(/** @type {Node | null} */ (event.relatedTarget))) settle()
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
