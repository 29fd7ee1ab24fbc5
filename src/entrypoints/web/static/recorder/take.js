// One recording with the microphone, from the permission to the sound.

import {TAKE_SECONDS, SHORTEST} from "./limits.js"
import {listen} from "./meter.js"
import {ifSupported, letGo, MicrophoneFault, openMicrophone} from "./microphone.js"

/** What browsers can write, the best first: Chromium and Firefox WebM or Ogg, Safari MP4. */
const TYPES = ["audio/webm;codecs=opus", "audio/mp4;codecs=mp4a.40.2", "audio/mp4", "audio/ogg;codecs=opus"]
/** Bits a second: less would cost what is measured of a voice. */
const BITS = 128_000
const COUNTDOWN = 3
/** Seconds beyond the shortest recording, because codecs cut off as much. */
const SPARE = 0.3
/** Seconds before which a recording goes on when it is ended: of so much a busy machine still keeps the shortest one. */
const EARLIEST = 3

/**
 * `onStep` is told what happens: asking; countdown with the number; recording with the seconds that have passed. `onMoment` is
 * told what the microphone hears.
 *
 * @typedef {{onStep: (step: string, number: number) => void, onMoment: (moment: import("./meter.js").Moment) => void}} Listeners
 */

/** A recording that is being made. Whatever happens to it, the microphone is let go. */
export class Take {
  #listeners
  #isWanted = true
  #isEnough = false
  /** @type {MicrophoneFault | null} */
  #fault = null

  /** @param {Listeners} listeners */
  constructor(listeners) {
    this.#listeners = listeners
  }

  /** Record, and return the sound; null if it was cancelled. Throws a `MicrophoneFault`. */
  async record() {
    this.#listeners.onStep("asking", 0)
    const stream = await openMicrophone()
    const light = keepScreenOn()
    let endListening = () => {}
    const hide = () => document.hidden && this.#fail("hidden")
    document.addEventListener("visibilitychange", hide)
    hide() // while the permission was asked for
    for (const track of stream.getTracks()) track.addEventListener("ended", () => this.#fail("unplugged"))
    try {
      endListening = ifSupported(() => listen(stream, this.#listeners.onMoment))
      for (let left = COUNTDOWN; left > 0 && this.#goesOn; left--) {
        this.#listeners.onStep("countdown", left)
        await this.#pass(1)
      }
      return this.#goesOn ? await this.#write(stream) : this.#nothing()
    } finally {
      document.removeEventListener("visibilitychange", hide)
      endListening()
      letGo(stream)
      void light.then(held => held?.release())
    }
  }

  /** Why it ended early, as `MicrophoneFault` has it; empty where it did not, or where the reader had ended it. */
  get fault() {
    return this.#isEnough ? "" : (this.#fault?.reason ?? "")
  }

  /** Whether the reader has ended it; it may go on for a moment. */
  get isEnding() {
    return this.#isEnough
  }

  /** End early; what is recorded is kept. */
  stop() {
    this.#isEnough = true
  }

  /** End now; nothing is kept. */
  cancel() {
    this.#isWanted = false
  }

  /** @param {MediaStream} stream */
  async #write(stream) {
    const mimeType = TYPES.find(type => MediaRecorder.isTypeSupported(type))
    const recorder = ifSupported(() => new MediaRecorder(stream, {audioBitsPerSecond: BITS, ...(mimeType && {mimeType})}))
    /** @type {Blob[]} */
    const parts = []
    recorder.addEventListener("dataavailable", ({data}) => parts.push(data))
    recorder.addEventListener("error", () => this.#fail("busy"))
    const begun = new Promise(resolve => recorder.addEventListener("start", resolve, {once: true}))
    const ended = new Promise(resolve => recorder.addEventListener("stop", resolve, {once: true}))
    ifSupported(() => recorder.start())
    await Promise.race([begun, ended])
    const start = performance.now()
    for (let passed = 0; passed < TAKE_SECONDS && this.#goesOn; passed = (performance.now() - start) / 1000) {
      if (this.#isEnough && passed > EARLIEST) break
      this.#listeners.onStep("recording", passed)
      await this.#pass(0.05)
    }
    const seconds = (performance.now() - start) / 1000
    if (recorder.state !== "inactive") recorder.stop()
    await ended
    const isLongEnough = seconds > SHORTEST + SPARE
    if (!this.#isWanted || (this.#fault && !isLongEnough)) return this.#nothing()
    return new Blob(parts, {type: recorder.mimeType})
  }

  get #goesOn() {
    return this.#isWanted && !this.#fault
  }

  /** @param {string} reason */
  #fail(reason) {
    this.#fault ??= new MicrophoneFault(reason)
  }

  #nothing() {
    if (this.#isWanted && this.#fault) throw this.#fault
    return null
  }

  /** Wait, but not longer than the recording goes on. @param {number} seconds */
  async #pass(seconds) {
    const end = performance.now() + seconds * 1000
    while (this.#goesOn && performance.now() < end) await new Promise(resolve => setTimeout(resolve, 50))
  }
}

/** Keep the screen on where the browser can; the recording goes on where it cannot. @returns {Promise<WakeLockSentinel | null>} */
async function keepScreenOn() {
  try {
    return (await navigator.wakeLock?.request("screen")) ?? null
  } catch {
    return null
  }
}
