// A row of bars that shows what the microphone hears, newest at the right. For the eye only: the hints say it in words.

import {define, h} from "../app/dom.js"

const BARS = 48
/** Decibels of full scale that are drawn as nothing. */
const FLOOR = -60

export class LevelMeter extends HTMLElement {
  /** @type {HTMLElement[]} */
  #bars = []

  connectedCallback() {
    this.setAttribute("aria-hidden", "true")
    this.#bars = Array.from({length: BARS}, () => h("i"))
    this.replaceChildren(...this.#bars)
  }

  /** Show one more level. @param {number} level in decibels of full scale */
  push(level) {
    const first = /** @type {HTMLElement} */ (this.#bars.shift())
    first.style.setProperty("--level", String(Math.max(0, Math.min(1, (level - FLOOR) / -FLOOR))))
    this.#bars.push(first)
    this.append(first)
  }

  /** Show silence. */
  clear() {
    for (const bar of this.#bars) bar.style.removeProperty("--level")
  }
}

define("level-meter", LevelMeter)
