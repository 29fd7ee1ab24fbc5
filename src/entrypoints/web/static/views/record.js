// Records a voice, or takes a file. What was recorded stays in this browser until the service has it.

import {define, h} from "../app/dom.js"
import {takeOver} from "../app/early.js"
import {hrefOf} from "../app/router.js"
import {whoIsHere} from "../app/kept-login.js"
import {text} from "../app/texts.js"
import {fileButton, takeDroppedFiles} from "../components/file-choice.js"
import {notice, tell, tellProgress} from "../components/notice.js"
import {voiceRecorder} from "../components/voice-recorder.js"
import {change, forget, keep, kept, soundOf} from "../recorder/recordings.js"

/** What is needed once there is a sound: loaded after the button to record can be pressed. */
const loadReview = () => import("../components/recording-review.js")
const loadSound = () => import("../recorder/sound.js")

export const title = "record.title"
export const styles = "record"

/** @typedef {import("../recorder/recordings.js").Recording} Recording */

class RecordView extends HTMLElement {
  /** @type {Recording | null} */
  recording = null
  /** What the reader did before the view was there. */
  early = {isPressed: false, isFocused: false}
  #problem = notice()
  #lead = h("p", {class: "lead"}, text("record.lead"))
  #place = h("div")
  #endDropping = () => {}
  #filesTaken = 0

  connectedCallback() {
    this.className = "record-view wide"
    this.replaceChildren(
      h("h1", {}, text(title)),
      this.#lead,
      ...(whoIsHere() === "guest" ? [h("p", {class: "hint"}, text("record.guest"), " ", h("a", {href: hrefOf("sign-up")}, text("sign_up.button")))] : []),
      this.#problem,
      this.#place,
      h("div", {class: "other-way"}, fileButton(file => void this.#useFile(file)), h("p", {class: "hint"}, text("record.file.hint"))),
      h("div", {class: "drop-here", "aria-hidden": "true"}, text("record.file.drop")),
    )
    this.#endDropping = takeDroppedFiles(
      file => void this.#useFile(file),
      isOver => this.classList.toggle("dropping", isOver),
    )
    if (this.recording) void this.#review(this.recording, {isBack: true})
    else {
      const recorder = this.#record()
      if (this.early.isPressed || this.early.isFocused) recorder.focus()
      if (this.early.isPressed) void recorder.begin()
    }
    void Promise.all([loadReview(), loadSound()]).catch(() => {}) // asked for again where they are needed
  }

  disconnectedCallback() {
    this.#endDropping()
  }

  #record() {
    const recorder = voiceRecorder(async ({blob, voiceSeconds, fault}) => {
      const recording = await outlined(await keep(blob, {voiceSeconds}))
      if (this.isConnected) await this.#review(recording, {isBack: false, fault})
    })
    recorder.onBegin = () => this.#filesTaken++ // a file that is still being looked at comes too late
    this.#lead.hidden = false
    this.#place.replaceChildren(recorder)
    return recorder
  }

  /** @param {File} file */
  async #useFile(file) {
    const number = ++this.#filesTaken
    const isNewest = () => this.isConnected && number === this.#filesTaken
    tellProgress(this.#problem, text("record.file.opening"))
    const sound = await loadSound().catch(() => null)
    if (!sound) return tell(this.#problem, text("problem.unreachable"), {isBad: true})
    const reason = await sound.whyNot(file)
    if (!isNewest()) return
    if (reason) return tell(this.#problem, text(`record.file.${reason}`), {isBad: true})
    const outline = await sound.outlineOf(file)
    if (!isNewest()) return
    const recording = await keep(file, {name: file.name, ...outline})
    if (isNewest()) await this.#review(recording, {isBack: false})
  }

  /** @param {Recording} recording @param {{isBack: boolean, fault?: string}} options */
  async #review(recording, options) {
    const {recordingReview} = await loadReview()
    if (!this.isConnected) return
    tell(this.#problem, "")
    const onAgain = async () => {
      const recorder = this.#record()
      recorder.focus()
      const {isTaken, problem} = await recorder.begin()
      if (isTaken || !recorder.isConnected) return
      await this.#review(recording, {isBack: false})
      if (problem) tell(this.#problem, problem, {isBad: true})
    }
    const onDelete = async () => {
      if (!(await forget(recording.id))) return tell(this.#problem, text("record.not_deleted"), {isBad: true})
      this.#record().focus()
      tell(this.#problem, text("record.deleted"))
    }
    const review = recordingReview(recording, {...options, onAgain, onDelete})
    this.#lead.hidden = true
    this.#place.replaceChildren(review)
    if (!options.isBack) review.querySelector("h2")?.focus()
  }
}

define("record-view", RecordView)

/** Return a recording with its length and outline, which are for the eye only. @param {Recording} recording */
async function outlined(recording) {
  const sound = await loadSound().catch(() => null)
  if (!sound) return recording
  const outline = await sound.outlineOf(soundOf(recording))
  await change(recording.id, outline)
  return {...recording, ...outline}
}

/**
 * Return the view, with the recording that was not sent, if there is one.
 *
 * @param {Record<string, string>} _
 * @param {{isFirst: boolean}} options
 */
export async function view(_, {isFirst}) {
  const recording = await kept()
  const early = takeOver() // another view that was shown meanwhile has taken the button away
  return Object.assign(h("record-view"), isFirst ? {recording, early} : {recording})
}
