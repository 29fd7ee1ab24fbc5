// Plays a recording, and draws its outline, which fills while it plays.

import {define, h} from "../app/dom.js"
import {text} from "../app/texts.js"
import {icon} from "./icons.js"

/** @typedef {{blob: Blob, bars: number[], seconds: number | null, name: string}} Sound */

class SoundPlayer extends HTMLElement {
  /** @type {Sound | null} */
  sound = null
  #audio = new Audio()
  #address = ""
  #frame = 0
  #button = h("button", {type: "button", class: "icon", onclick: () => void this.#toggle()})
  /** @type {HTMLElement[]} */
  #bars = []
  #problem = h("p", {class: "hint", role: "status"})

  connectedCallback() {
    const {blob, bars, seconds, name} = /** @type {Sound} */ (this.sound)
    this.#address = URL.createObjectURL(blob)
    this.#audio.src = this.#address
    this.#audio.onended = () => this.#show()
    this.#audio.onplay = () => this.#show()
    this.#audio.onpause = () => this.#show()
    this.#bars = bars.map(height => {
      const bar = h("i")
      bar.style.setProperty("--level", height.toFixed(2))
      return bar
    })
    const length = seconds === null ? name : text("record.seconds", {n: Math.round(seconds)})
    this.replaceChildren(
      h("div", {class: "sound"}, this.#button, h("div", {class: "outline", "aria-hidden": "true"}, ...this.#bars), h("span", {class: "hint"}, length)),
      this.#problem,
    )
    this.#show()
  }

  disconnectedCallback() {
    cancelAnimationFrame(this.#frame)
    this.#audio.pause()
    this.#audio.removeAttribute("src")
    URL.revokeObjectURL(this.#address)
  }

  async #toggle() {
    if (!this.#audio.paused) return this.#audio.pause()
    try {
      await this.#audio.play()
    } catch (error) {
      const {name} = /** @type {Error} */ (error)
      if (name !== "AbortError") this.#problem.textContent = text("record.cannot_play")
    }
  }

  #show() {
    const isPlaying = !this.#audio.paused && !this.#audio.ended
    this.#button.setAttribute("aria-label", text(isPlaying ? "record.pause" : "record.listen"))
    this.#button.replaceChildren(icon(isPlaying ? "pause" : "play"))
    cancelAnimationFrame(this.#frame)
    this.#fill(isPlaying)
  }

  /** @param {boolean} isPlaying */
  #fill(isPlaying) {
    const {seconds} = /** @type {Sound} */ (this.sound)
    const part = this.#audio.ended || !seconds ? 0 : this.#audio.currentTime / seconds
    this.#bars.forEach((bar, i) => bar.classList.toggle("played", (i + 0.5) / this.#bars.length < part))
    if (isPlaying) this.#frame = requestAnimationFrame(() => this.#fill(!this.#audio.paused))
  }
}

define("sound-player", SoundPlayer)

/** Return a player of a sound. @param {Sound} sound @returns {HTMLElement} */
export const soundPlayer = sound => Object.assign(h("sound-player"), {sound})
