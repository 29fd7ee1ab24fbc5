// Shows how far a recording is on its way, and ends with it when it is left.

import {define, h} from "../app/dom.js"
import {text} from "../app/texts.js"
import {Sending} from "../recorder/sending.js"

class SendingPanel extends HTMLElement {
  /** @type {import("../recorder/recordings.js").Recording | null} */
  recording = null
  /** @type {() => void} */
  onCancel = () => {}
  #bar = h("progress", {max: 1, value: 0, "aria-label": text("sending.title")})
  #told = h("p", {role: "status", tabindex: -1})
  #left = h("p", {class: "hint"})
  #now = h("button", {type: "button", hidden: true, onclick: () => this.#sending?.tryNow()}, text("sending.now"))
  /** @type {Sending | null} */
  #sending = null

  connectedCallback() {
    const cancel = h("button", {type: "button", class: "quiet", onclick: () => this.onCancel()}, text("sending.cancel"))
    this.className = "card stack"
    this.replaceChildren(this.#bar, this.#told, this.#left, h("div", {class: "row"}, this.#now, cancel))
  }

  disconnectedCallback() {
    this.#sending?.cancel()
  }

  /** Send the recording, and return the ids of the request; throws as `Sending` does. */
  run() {
    const recording = /** @type {import("../recorder/recordings.js").Recording} */ (this.recording)
    this.#sending = new Sending(recording, (step, number, problem) => this.#show(step, number, problem))
    return this.#sending.run()
  }

  /** @param {string} step @param {number} number @param {import("../app/problem.js").Problem} [problem] */
  #show(step, number, problem) {
    const isWaiting = step === "waiting"
    if (isWaiting || step === "checking") this.#bar.removeAttribute("value")
    else this.#bar.value = number
    this.#bar.hidden = isWaiting
    this.#left.textContent = isWaiting ? text("sending.left", {n: number}) : text("sending.kept")
    if (!isWaiting && document.activeElement === this.#now) this.#told.focus()
    this.#now.hidden = !isWaiting
    const sentence = isWaiting ? (problem?.message ?? "") : text(`sending.step.${step}`)
    if (this.#told.textContent !== sentence) this.#told.textContent = sentence
  }
}

define("sending-panel", SendingPanel)

/** @param {import("../recorder/recordings.js").Recording} recording @param {() => void} onCancel @returns {SendingPanel} */
export const sendingPanel = (recording, onCancel) => Object.assign(h("sending-panel"), {recording, onCancel})
