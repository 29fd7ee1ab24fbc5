// What to tell the speaker while recording.

/** Decibels of full scale: below the first nothing comes in at all, below the second too little. */
const NOTHING = -75
const LITTLE = -48
const FULL = -0.2
/** Moments, of which there are twenty a second. */
const RECENT = 40
/** A hint stays for that many moments, so that it can be read. */
const STAYS = 24
/** Seconds without a voice after which it is worth a word. */
const PATIENCE = 3

/** @typedef {import("./meter.js").Moment} Moment */

/** What was heard until now, and what follows from it. */
export class Hints {
  /** @type {Moment[]} */
  #recent = []
  #heard = 0
  #since = 0
  #hint = "listening"
  #voiced = 0

  /** How many seconds of voice were heard. */
  get voiceSeconds() {
    return this.#voiced / 20
  }

  /** Hear a moment, and return the hint: listening, good, silent, quiet, loud or no_voice. @param {Moment} moment */
  hear(moment) {
    this.#heard++
    this.#since++
    if (moment.isVoice) this.#voiced++
    this.#recent.push(moment)
    if (this.#recent.length > RECENT) this.#recent.shift()
    const hint = this.#judge()
    if (hint !== this.#hint && (this.#since > STAYS || this.#hint === "listening")) {
      this.#hint = hint
      this.#since = 0
    }
    return this.#hint
  }

  #judge() {
    const loudest = Math.max(...this.#recent.map(({level}) => level))
    if (this.#recent.filter(({peak}) => peak > FULL).length > 1) return "loud"
    if (this.#heard < 20) return "listening"
    if (loudest < NOTHING) return "silent"
    if (loudest < LITTLE) return "quiet"
    if (this.#recent.some(({isVoice}) => isVoice)) return "good"
    return this.#heard > PATIENCE * 20 ? "no_voice" : "listening"
  }
}
