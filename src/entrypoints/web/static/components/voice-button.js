// Buttons that play a recording: one at a time.

import {h} from "../app/dom.js"
import {text} from "../app/texts.js"
import {icon} from "./icons.js"

/** One sound, and the buttons that play it. */
export class VoicePlayer {
  /** @param {() => void} failed is called when a recording cannot be played */
  constructor(failed) {
    this.sound = new Audio()
    /** @type {HTMLButtonElement | null} */
    this.button = null
    this.sound.addEventListener("ended", () => this.stop())
    this.sound.addEventListener("error", () => {
      if (!this.button) return // it was stopped
      this.stop()
      failed()
    })
  }

  /** Return a button for a recording. @param {string} address @param {string} what names the recording @returns {HTMLButtonElement} */
  buttonFor(address, what) {
    const button = h("button", {type: "button", class: "icon"})
    draw(button, "play", what)
    button.addEventListener("click", () => {
      const isOther = this.button !== button
      this.stop()
      if (isOther) this.play(button, address, what)
    })
    return button
  }

  /** @param {HTMLButtonElement} button @param {string} address @param {string} what */
  play(button, address, what) {
    this.button = button
    this.what = what
    draw(button, "stop", what)
    this.sound.src = address
    this.sound.play().catch(() => {}) // stopped before it began, or its error is told
  }

  /** Stop, and let go of the sound. */
  stop() {
    if (!this.button) return
    draw(this.button, "play", this.what ?? "")
    this.button = null
    this.sound.pause()
    this.sound.removeAttribute("src")
  }
}

/** @param {HTMLButtonElement} button @param {"play" | "stop"} does @param {string} what */
function draw(button, does, what) {
  button.setAttribute("aria-label", text(does === "play" ? "voice.play" : "voice.stop", {what}))
  button.replaceChildren(icon(does))
}
