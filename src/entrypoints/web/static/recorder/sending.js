// Sends a recording until the service has it, and never twice: every try carries the same Idempotency-Key.

import {withToken} from "../app/api.js"
import {keptLogin} from "../app/kept-login.js"
import {Problem} from "../app/problem.js"
import {beginGuest, hasSession} from "../app/session.js"
import {soundOf} from "./recordings.js"
import {upload} from "./upload.js"

/** Seconds between two tries, at most. */
const LONGEST_WAIT = 30
/** Tries after which a fault of the service is not taken for a passing one. */
const MOST_FAULTS = 3
/**
 * How long after its first try a recording may be sent again by itself: the service knows a key for a day, so after that
 * a recording which had arrived would be another request.
 */
const SAFE_MS = 23 * 60 * 60_000
/** What passes by itself: the try before is still being worked on, or other recordings are being sent. */
const PASSING = ["key_running", "too_many_uploads"]

/** @typedef {import("./recordings.js").Recording} Recording */
/** `onStep` is told: sending with the part that is sent, 0 to 1; checking; waiting with the seconds until the next try, and why. */
/** @typedef {(step: "sending" | "checking" | "waiting", number: number, problem?: Problem) => void} OnStep */

/** A recording on its way to the service. */
export class Sending {
  #recording
  #onStep
  #cancelled = new AbortController()
  #endWait = () => {}
  /** Whose recording it is: another tab may log out, and another user in, between two tries. */
  #login = keptLogin()

  /** @param {Recording} recording which has `answers`, a `key` and the time of it @param {OnStep} onStep */
  constructor(recording, onStep) {
    this.#recording = recording
    this.#onStep = onStep
  }

  /** Send it, and return the ids of the request; throws a `Problem` that waiting does not solve, and an `AbortError`. */
  async run() {
    const hurry = () => this.tryNow()
    addEventListener("online", hurry)
    try {
      for (let tries = 1; ; tries++) {
        try {
          return await this.#try()
        } catch (error) {
          if (!(error instanceof Problem) || !mayPass(error, tries)) throw error
          await this.#wait(Math.max(error.retryAfter ?? 0, Math.min(2 ** tries, LONGEST_WAIT)), error)
        }
      }
    } finally {
      removeEventListener("online", hurry)
    }
  }

  /** Wait no longer for the next try. */
  tryNow() {
    this.#endWait()
  }

  /** Send no more. */
  cancel() {
    this.#cancelled.abort()
    this.#endWait()
  }

  async #try() {
    const {key, sentAt} = this.#recording
    const blob = soundOf(this.#recording)
    const {signal} = this.#cancelled
    const answers = this.#recording.answers ?? {}
    if (Date.now() - sentAt > SAFE_MS) throw new Problem(409, {code: "sent_long_ago"})
    this.#onStep("sending", 0)
    if (this.#login && keptLogin() !== this.#login) throw new Problem(401, {code: "not_logged_in"})
    if (!hasSession()) await beginGuest({age: answers.age, gender: answers.gender, notice_version: answers.notice_version})
    this.#login = keptLogin()
    const onProgress = (/** @type {number} */ part) => (part < 1 ? this.#onStep("sending", part) : this.#onStep("checking", 1))
    return withToken(token => {
      signal.throwIfAborted()
      return upload({blob, answers, key, token, signal, onProgress})
    })
  }

  /** @param {number} seconds @param {Problem} problem */
  async #wait(seconds, problem) {
    let isOver = false
    for (let left = seconds; left > 0 && !isOver; left--) {
      this.#onStep("waiting", left, problem)
      await new Promise(resolve => {
        const timer = setTimeout(resolve, 1000)
        this.#endWait = () => {
          isOver = true
          clearTimeout(timer)
          resolve(null)
        }
      })
    }
    this.#endWait = () => {}
    this.#cancelled.signal.throwIfAborted()
  }
}

/** @param {Problem} problem @param {number} tries */
function mayPass(problem, tries) {
  if (problem.status === 500) return tries < MOST_FAULTS
  return problem.isTemporary || PASSING.includes(problem.code)
}
