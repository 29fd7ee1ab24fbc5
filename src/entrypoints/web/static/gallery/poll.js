// Asks again from time to time.

import {Problem} from "../app/problem.js"

const MS = 5000
/** While the service does not answer, the times between get longer, up to this. */
const LONGEST_MS = 60_000

/** Asks again while it is needed and the page is seen. */
export class Poll {
  /** @param {() => Promise<boolean>} look asks once, and tells whether to ask again */
  constructor(look) {
    this.look = look
    this.wait = MS
    this.timer = 0
    this.isOn = false
    this.turn = () => (document.hidden ? clearTimeout(this.timer) : this.plan())
  }

  start() {
    if (this.isOn) return
    this.isOn = true
    document.addEventListener("visibilitychange", this.turn)
    this.plan()
  }

  stop() {
    this.isOn = false
    clearTimeout(this.timer)
    document.removeEventListener("visibilitychange", this.turn)
  }

  plan() {
    clearTimeout(this.timer)
    if (this.isOn && !document.hidden) this.timer = setTimeout(() => this.ask(), this.wait)
  }

  async ask() {
    try {
      const goesOn = await this.look()
      this.wait = MS
      if (!goesOn) return this.stop()
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (error.status === 401) return this.stop()
      this.wait = Math.min(this.wait * 2, LONGEST_MS)
    }
    this.plan()
  }
}
