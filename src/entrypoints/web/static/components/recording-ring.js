// The round button of the recorder, in a ring that fills while it records.

import {h, svg} from "../app/dom.js"
import {text} from "../app/texts.js"
import {TAKE_SECONDS} from "../recorder/limits.js"
import {icon} from "./icons.js"

/**
 * Return the button in its ring, and what shows a step of the recording on it.
 *
 * @param {() => void} onPress
 */
export function recordingRing(onPress) {
  const filled = circle({class: "filled", pathLength: "1"})
  const circles = svg("svg", {viewBox: "0 0 100 100", "aria-hidden": "true"}, circle({class: "track"}), filled)
  const face = h("span", {class: "face", "aria-hidden": "true"})
  const button = h("button", {type: "button", class: "take", onclick: onPress, onkeydown: pressOnce}, face)
  const element = h("div", {class: "ring"}, circles, button)
  let shown = ""

  /** @param {string} step ready, asking, countdown or recording @param {number} [number] */
  function show(step, number = 0) {
    const passed = step === "recording" ? Math.min(1, number / TAKE_SECONDS) : 0
    filled.setAttribute("stroke-dasharray", `${passed} 1`)
    const seconds = Math.max(0, Math.ceil(TAKE_SECONDS - number))
    const content = `${step} ${step === "recording" ? seconds : number}`
    if (content === shown) return
    shown = content
    element.dataset.step = step
    button.setAttribute("aria-label", text(`record.button.${step}`))
    if (step === "ready" || step === "asking") face.replaceChildren(icon("mic"))
    else if (step === "countdown") face.replaceChildren(h("b", {}, number))
    else face.replaceChildren(icon("stop"), h("b", {}, text("record.seconds", {n: seconds})))
  }

  show("ready")
  return {element, button, show}
}

/** A key that is held down presses once. @param {KeyboardEvent} event */
const pressOnce = event => event.repeat && event.preventDefault()

/** @param {Record<string, string>} attributes */
const circle = attributes => svg("circle", {cx: "50", cy: "50", r: "46", ...attributes})
