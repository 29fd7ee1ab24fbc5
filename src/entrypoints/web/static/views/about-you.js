// Asks whose voice it is and for the consent, and sends the recording.

import {call} from "../app/api.js"
import {define, h} from "../app/dom.js"
import {Problem} from "../app/problem.js"
import {bodyOf, request} from "../app/request.js"
import {go, hrefOf, show} from "../app/router.js"
import {hasSession} from "../app/session.js"
import {text} from "../app/texts.js"
import {aboutForm} from "../components/about-form.js"
import {notice, tell, tellProblem} from "../components/notice.js"
import {waysOf} from "../components/problem-ways.js"
import {sendingPanel} from "../components/sending-panel.js"
import {agree, change, forget, kept} from "../recorder/recordings.js"

export const title = "about-you.title"
export const styles = "record"

/** @typedef {import("../recorder/recordings.js").Recording} Recording */

class AboutYou extends HTMLElement {
  /** @type {Recording} */
  recording = /** @type {any} */ (null)
  #problem = notice()
  #ways = h("div", {class: "row"})
  #place = h("div")
  #hasGuests = false
  #heading = h("h1", {tabindex: -1}, text(title))
  #lead = h("p", {class: "lead"}, text("about-you.lead"))

  connectedCallback() {
    this.className = "narrow"
    this.replaceChildren(this.#heading, this.#lead, this.#problem, this.#place, this.#ways)
    if (this.recording.state === "sending") void this.#send()
    else void this.#ask()
  }

  /** Show the form, with what is known. */
  async #ask() {
    this.#name(title)
    this.#lead.hidden = false
    const hadSession = hasSession()
    try {
      const [service, account] = await Promise.all([request("GET", "service").then(bodyOf), accountOf()])
      this.#hasGuests = service.guests
      if (!hasSession() && !service.guests) return this.#askForAccount()
      const {age, gender} = account ?? {}
      const values = this.recording.answers ?? {age, gender}
      this.#place.replaceChildren(aboutForm({values, service, account, onAnswers: answers => void this.#begin(answers)}))
      if (hadSession && !hasSession()) return tell(this.#problem, this.#loggedOutText, {isBad: true})
      if (!values.age && document.activeElement?.localName === "h1") this.querySelector("input")?.focus()
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      tellProblem(this.#problem, error)
      this.#place.replaceChildren(h("button", {type: "button", onclick: () => void show()}, text("about-you.again")))
    }
  }

  /** Without guests there is no button to go on with. */
  get #loggedOutText() {
    return text(this.#hasGuests ? "about-you.logged_out.guests" : "about-you.logged_out")
  }

  /** @param {string} key */
  #name(key) {
    this.#heading.textContent = text(key)
    if (this.isConnected) document.title = `${text(key)} · Voice2Face`
  }

  /** Without guests, the way leads over a login; the recording waits here. */
  #askForAccount() {
    this.#lead.hidden = true
    this.#place.replaceChildren(h("p", {}, text("about-you.needs_account")))
    this.#ways.replaceChildren(...waysOf("guests_off"))
  }

  /** @param {Record<string, any>} answers */
  async #begin(answers) {
    const agreed = await agree(this.recording.id, answers)
    if (agreed === undefined) return tell(this.#problem, text("about-you.not_written"), {isBad: true})
    if (!agreed) return show() // another tab has sent it, or deleted it
    this.recording = agreed
    await this.#send()
  }

  async #send() {
    tell(this.#problem, "")
    this.#ways.replaceChildren()
    this.#lead.hidden = true
    this.#name("sending.title")
    this.#heading.focus()
    const panel = sendingPanel(this.recording, () => void this.#stop())
    this.#place.replaceChildren(panel)
    try {
      const {mz_request_id: id} = await panel.run()
      await forget(this.recording.id) // one that cannot be forgotten is sent with the same key, and leads to the same faces
      if (this.isConnected) await go(`faces/${id}`, {replace: true})
    } catch (error) {
      if (error instanceof Problem) await this.#refused(error)
      else if (!(error instanceof DOMException && error.name === "AbortError")) throw error
    }
  }

  /** The reader has cancelled. The key is kept: if the service has got all of it before, it is not sent twice. */
  async #stop() {
    this.#place.replaceChildren() // the sending ends with its panel
    const isWritten = await this.#rest({})
    await this.#ask()
    tell(this.#problem, text(isWritten ? "sending.cancelled" : "sending.not_cancelled"), {isBad: !isWritten})
  }

  /** A refusal frees its key; one that was used for something else, or is forgotten, is replaced. @param {Problem} problem */
  async #refused(problem) {
    await this.#rest(["key_reused", "sent_long_ago"].includes(problem.code) ? {key: ""} : {})
    await this.#ask()
    this.#ways.replaceChildren(...waysOf(problem.code))
    if (problem.status === 401) tell(this.#problem, this.#loggedOutText, {isBad: true})
    else tellProblem(this.#problem, problem)
  }

  /** Send it no more by itself; tell whether the browser has written that. @param {Partial<Recording>} fields */
  async #rest(fields) {
    const changed = {...fields, state: /** @type {const} */ ("new")}
    this.recording = {...this.recording, ...changed}
    return change(this.recording.id, changed)
  }
}

define("about-you", AboutYou)

/** Return what the service knows of the user; null for a visitor. */
async function accountOf() {
  if (!hasSession()) return null
  try {
    return await call("GET", "users")
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return null
    throw error
  }
}

/** Return the view; where no recording is left, a sentence that says so. */
export async function view() {
  const recording = await kept()
  if (recording) return Object.assign(h("about-you"), {recording})
  return h(
    "section",
    {class: "narrow stack"},
    h("h1", {}, text(title)),
    h("p", {}, text("about-you.nothing")),
    h("a", {class: "button", href: hrefOf("record")}, text("landing.button")),
  )
}
