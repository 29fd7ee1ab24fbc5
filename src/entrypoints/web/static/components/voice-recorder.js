// Records a voice: a text to read aloud, the button in its ring, what the microphone hears, and hints.

import {define, find, h} from "../app/dom.js"
import {text} from "../app/texts.js"
import {MicrophoneFault, whyNoRecording} from "../recorder/microphone.js"
import {notice, tell} from "./notice.js"
import {recordingRing} from "./recording-ring.js"

/** What is needed once the button is pressed: loaded after it can be. */
const loadTools = () => Promise.all([import("../recorder/take.js"), import("../recorder/hints.js"), import("./level-meter.js")])
const loadChoice = () => import("./microphone-choice.js")

/** What was recorded; `fault` says why it ended early, if the reader did not end it. @typedef {{blob: Blob, voiceSeconds: number, fault: string}} Taken */

class VoiceRecorder extends HTMLElement {
  /** @type {(taken: Taken) => Promise<void>} */
  onTaken = async () => {}
  onBegin = () => {}
  /** @type {import("../recorder/take.js").Take | null} */
  #take = null
  #isBeginning = false
  #step = "ready"
  /** @type {import("../recorder/hints.js").Hints | null} */
  #hints = null
  #ring = recordingRing(() => this.#press())
  /** It is drawn once its script is there. */
  #meter = h("level-meter", {class: "level-meter"})
  #hint = h("p", {class: "live", role: "status"})
  #problem = notice()
  /** @type {ReturnType<typeof import("./microphone-choice.js").microphoneChoice> | null} */
  #choice = null
  #leaving = new AbortController()

  connectedCallback() {
    this.className = "recorder"
    const obstacle = whyNoRecording()
    if (obstacle) return this.replaceChildren(h("p", {class: "notice"}, text(`record.fault.${obstacle}`)))
    this.replaceChildren(
      this.#problem,
      h("figure", {class: "reading"}, h("figcaption", {class: "hint"}, text("record.read")), h("blockquote", {}, text("record.sentences"))),
      h("div", {class: "controls"}, this.#ring.element, this.#meter, this.#hint),
    )
    this.#show("ready", 0)
    const {signal} = this.#leaving
    addEventListener("keydown", event => event.key === "Escape" && this.#take?.cancel(), {signal})
    navigator.mediaDevices.addEventListener("devicechange", () => this.#offerMicrophones(), {signal})
    void this.#load()
  }

  /** Load what is needed later. */
  async #load() {
    try {
      const [{microphoneChoice}] = await Promise.all([loadChoice(), loadTools()])
      this.#choice = microphoneChoice()
    } catch {
      return // the connection is lost: the tools are asked for again where they are needed
    }
    this.append(this.#choice.element)
    this.#offerMicrophones()
  }

  disconnectedCallback() {
    this.#leaving.abort()
    this.#take?.cancel()
  }

  focus() {
    this.#ring.button.focus()
  }

  #press() {
    if (this.#isBeginning) return
    if (!this.#take) void this.begin()
    else if (this.#step === "recording") {
      this.#take.stop()
      this.#say("ending")
    } else this.#take.cancel()
  }

  /** Record now; return whether there is a recording, and if there is none, what was told the reader; nothing if the reader cancelled it. */
  async begin() {
    const obstacle = whyNoRecording()
    if (obstacle) return {isTaken: false, problem: text(`record.fault.${obstacle}`)}
    tell(this.#problem, "")
    this.onBegin()
    this.#isBeginning = true
    const tools = await loadTools().catch(() => null)
    this.#isBeginning = false
    if (!this.isConnected) return {isTaken: false, problem: ""}
    if (!tools) return {isTaken: false, problem: this.#fail("problem.unreachable")}
    const [{Take}, {Hints}] = tools
    const hints = new Hints()
    this.#hints = hints
    const take = new Take({onStep: (step, number) => this.#show(step, number), onMoment: moment => this.#hear(moment)})
    this.#take = take
    this.#offerChoices(false)
    if (this.getBoundingClientRect().bottom > innerHeight) this.scrollIntoView() // a small screen shows what is to be read
    try {
      const blob = await take.record()
      if (blob) await this.onTaken({blob, voiceSeconds: hints.voiceSeconds, fault: take.fault})
      return {isTaken: blob !== null, problem: ""}
    } catch (error) {
      if (!(error instanceof MicrophoneFault)) throw error
      return {isTaken: false, problem: this.#fail(`record.fault.${error.reason}`)}
    } finally {
      this.#take = null
      this.#offerChoices(true)
      this.#meter.clear()
      this.#show("ready", 0)
      this.#offerMicrophones()
    }
  }

  /** While it records there is no other microphone, and no other language: that would load the page anew. @param {boolean} isOffered */
  #offerChoices(isOffered) {
    find("#language").disabled = !isOffered
    if (this.#choice) this.#choice.select.disabled = !isOffered
  }

  /** Tell the reader what is wrong, and return it. @param {string} key */
  #fail(key) {
    const problem = text(key)
    if (this.isConnected) tell(this.#problem, problem, {isBad: true})
    return problem
  }

  /** Not while it records: nothing is to move then. */
  #offerMicrophones() {
    if (this.isConnected && !this.#take) void this.#choice?.refresh()
  }

  /** @param {string} step @param {number} number */
  #show(step, number) {
    this.#ring.show(step, number)
    if (step === this.#step && this.#hint.textContent) return
    this.#step = step
    this.dataset.step = step
    if (step !== "recording") this.#say(step)
  }

  /** @param {import("../recorder/meter.js").Moment} moment */
  #hear(moment) {
    this.#meter.push(moment.level)
    if (!this.#hints || this.#step !== "recording") return
    const hint = this.#hints.hear(moment)
    if (!this.#take?.isEnding) this.#say(hint)
  }

  /** Show a hint. While it records, only faults are read aloud: the microphone hears that, too. @param {string} hint */
  #say(hint) {
    const sentence = text(`record.hint.${hint}`)
    if (this.#hint.textContent === sentence) return
    this.#hint.setAttribute("aria-live", ["listening", "good", "ending"].includes(hint) ? "off" : "polite")
    this.#hint.textContent = sentence
    this.#hint.dataset.hint = hint
  }
}

define("voice-recorder", VoiceRecorder)

/** Return a recorder. @param {(taken: Taken) => Promise<void>} onTaken @returns {VoiceRecorder} */
export const voiceRecorder = onTaken => Object.assign(h("voice-recorder"), {onTaken})
