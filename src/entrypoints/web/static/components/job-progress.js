// How far a job is: a bar, and the same in words.

import {h} from "../app/dom.js"
import {countText, text} from "../app/texts.js"
import {canNotify, notifyWhenDone, willNotify} from "../face/notifying.js"
import {watch} from "../face/watching.js"
import {icon} from "./icons.js"

/** @typedef {import("../face/watching.js").Job} Job */
/** @typedef {{ended: (job: Job) => void, erased: () => void, broken: (error: unknown) => void}} Ends what to do at each end */

/**
 * Return the parts that show how far a request's newest job is, until it has ended.
 *
 * @param {string} requestId
 * @param {string} jobId
 * @param {AbortSignal} left
 * @param {Ends & {moved?: (job: Job) => void}} on `moved` is called with each news of the job
 * @returns {HTMLElement[]}
 */
export function jobProgress(requestId, jobId, left, on) {
  const bar = h("progress", {max: 100, value: 0, "aria-label": text("watch.title")})
  const percent = h("strong", {class: "percent", "aria-hidden": "true"})
  const now = h("p", {class: "now", role: "status"})
  const away = h("p", {class: "notice", role: "status"})
  let hasBegun = false

  /** @param {Job} job */
  function show(job) {
    bar.value = job.percent
    percent.textContent = text("watch.percent", {n: job.percent})
    hasBegun ||= job.stage !== null
    const sentence = hasBegun && job.state === "queued" ? `${text("watch.again")} ${nowText(job)}` : nowText(job)
    if (now.textContent !== sentence) now.textContent = sentence // read aloud only when it is new
    on.moved?.(job)
  }

  async function follow() {
    try {
      for await (const news of watch(requestId, jobId, left)) {
        away.textContent = news.away ? text("watch.away") : ""
        if (left.aborted) return
        if (news.erased) return on.erased()
        if (!news.job) continue
        show(news.job)
        if (news.job.state === "succeeded" || news.job.state === "failed") return on.ended(news.job)
      }
    } catch (error) {
      if (!left.aborted) on.broken(error)
    }
  }

  void follow()
  return [h("div", {class: "bar-row"}, bar, percent), now, away]
}

/** @param {Job} job */
function nowText({state, stage, place}) {
  if (state === "queued") return place && place > 1 ? countText("watch.before", place - 1) : text("watch.next")
  return stage ? text(`watch.stage.${stage}`) : text("watch.beginning")
}

/** Return a button that asks for a notification; nothing where there are none. @param {string} requestId @param {string} jobId @returns {HTMLElement | ""} */
export function notifyButton(requestId, jobId) {
  if (!canNotify()) return ""
  const told = h("p", {class: "hint", role: "status"}, willNotify(requestId) && text("watch.notified"))
  if (willNotify(requestId)) return told
  const button = h("button", {type: "button", class: "quiet", onclick: () => want()}, icon("bell"), text("watch.notify"))
  async function want() {
    told.textContent = text((await notifyWhenDone(requestId, jobId)) ? "watch.notified" : "watch.not_notified")
    button.remove()
  }
  return h("div", {}, button, told)
}
