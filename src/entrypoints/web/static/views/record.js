// Records a voice, or takes a file. What was recorded stays in this browser until the service has it.

import {define, h} from "../app/dom.js"
import {hrefOf} from "../app/router.js"
import {isGuest} from "../app/session.js"
import {text} from "../app/texts.js"
import {fileButton, takeDroppedFiles} from "../components/file-choice.js"
import {notice, tell} from "../components/form.js"
import {recordingReview} from "../components/recording-review.js"
import {voiceRecorder} from "../components/voice-recorder.js"
import {forget, keep, kept} from "../recorder/recordings.js"
import {outlineOf, whyNot} from "../recorder/sound.js"

export const title = "record.title"
export const styles = "record"

/** @typedef {import("../recorder/recordings.js").Recording} Recording */

class RecordView extends HTMLElement {
  /** @type {Recording | null} */
  recording = null
  #problem = notice()
  #lead = h("p", {class: "lead"}, text("record.lead"))
  #place = h("div")
  #endDropping = () => {}
  #filesTaken = 0

  connectedCallback() {
    this.className = "wide"
    this.replaceChildren(
      h("h1", {}, text(title)),
      this.#lead,
      ...(isGuest() ? [h("p", {class: "hint"}, text("record.guest"), " ", h("a", {href: hrefOf("sign-up")}, text("sign_up.button")))] : []),
      this.#problem,
      this.#place,
      h("div", {class: "other-way"}, fileButton(file => void this.#useFile(file)), h("p", {class: "hint"}, text("record.file.hint"))),
      h("div", {class: "drop-here", "aria-hidden": "true"}, text("record.file.drop")),
    )
    this.#endDropping = takeDroppedFiles(
      file => void this.#useFile(file),
      isOver => this.classList.toggle("dropping", isOver),
    )
    if (this.recording) this.#review(this.recording, {isBack: true})
    else this.#record()
  }

  disconnectedCallback() {
    this.#endDropping()
  }

  #record() {
    const recorder = voiceRecorder(async ({blob, voiceSeconds, fault}) => {
      const recording = await keep({blob, name: "", voiceSeconds, ...(await outlineOf(blob))})
      if (this.isConnected) this.#review(recording, {isBack: false, fault})
    })
    this.#lead.hidden = false
    this.#place.replaceChildren(recorder)
    return recorder
  }

  /** @param {File} file */
  async #useFile(file) {
    const number = ++this.#filesTaken
    const isNewest = () => this.isConnected && number === this.#filesTaken
    tell(this.#problem, text("record.file.opening"))
    const reason = await whyNot(file)
    if (!isNewest()) return
    if (reason) return tell(this.#problem, text(`record.file.${reason}`), {isBad: true})
    const outline = await outlineOf(file)
    if (!isNewest()) return
    const recording = await keep({blob: file, name: file.name, voiceSeconds: null, ...outline})
    if (isNewest()) this.#review(recording, {isBack: false})
  }

  /** @param {Recording} recording @param {{isBack: boolean, fault?: string}} options */
  #review(recording, options) {
    tell(this.#problem, "")
    const onAgain = async () => {
      const recorder = this.#record()
      recorder.focus()
      const {isTaken, problem} = await recorder.begin()
      if (isTaken || !recorder.isConnected) return
      this.#review(recording, {isBack: false})
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

/** Return the view, with the recording that was not sent, if there is one. */
export async function view() {
  return Object.assign(h("record-view"), {recording: await kept()})
}
