// How far the faces of a request are.

import {h} from "../app/dom.js"
import {Problem} from "../app/problem.js"
import {hrefOf} from "../app/router.js"
import {countText, text} from "../app/texts.js"
import {canNotify, notifyWhenDone, willNotify} from "../face/notifying.js"
import {orderOf} from "../face/order.js"
import {loadResult} from "../face/result.js"
import {watch} from "../face/watching.js"
import {icon} from "./icons.js"
import {letterText} from "./play-both.js"

const STAGES = ["listening", "shaping", "drawing", "filming", "saving"]

/** @typedef {import("../face/watching.js").Job} Job */
/** @typedef {{ended: (job: Job) => void, erased: () => void, broken: (error: unknown) => void, show?: (job: Job) => void}} Follower */

/**
 * Return the progress of a request's newest job, while there are no faces to show.
 *
 * @param {string} requestId
 * @param {string} jobId
 * @param {AbortSignal} left
 * @param {Follower & {cancel: () => void}} on
 * @returns {HTMLElement}
 */
export function faceProgress(requestId, jobId, left, on) {
  const stages = STAGES.map(stage => h("li", {"data-stage": stage}, icon("check"), h("span", {}, text(`watch.stage.${stage}`))))
  const frames = [0, 1].map(index => h("figure", {}, h("div", {class: "frame waiting"}), h("figcaption", {}, h("strong", {}, letterText(index)))))
  let stageLookedAt = ""

  /** @param {Job} job */
  function show(job) {
    const current = STAGES.indexOf(job.stage ?? "")
    stages.forEach((item, index) => {
      item.classList.toggle("done", index < current)
      if (index === current) item.setAttribute("aria-current", "step")
      else item.removeAttribute("aria-current")
    })
    if (!job.stage || job.stage === stageLookedAt) return
    stageLookedAt = job.stage
    void showPortraits(job.job_id)
  }

  /** Show the portraits, if they are there already. @param {string} resultId */
  async function showPortraits(resultId) {
    const result = await loadResult(requestId, resultId).catch(ifProblem) // the next stage asks again
    if (!result || left.aborted) return
    orderOf(result).forEach((kind, index) => {
      const link = result[`${kind}_image_url`]
      const frame = frames[index].querySelector(".frame")
      if (!link || frame.querySelector("img")) return
      frame.classList.remove("waiting")
      frame.append(h("img", {src: link, width: 512, height: 512, alt: text("face.portrait", {name: letterText(index)})}))
    })
  }

  return h(
    "section",
    {class: "stack"},
    h("h1", {}, text("watch.title")),
    h(
      "div",
      {class: "card stack watch"},
      h("div", {class: "pair-faces"}, ...frames),
      progressBar(requestId, jobId, left, {...on, show}),
      h("ol", {class: "stages"}, ...stages),
    ),
    h("p", {class: "hint"}, `${text("watch.leave")} `, h("a", {href: hrefOf("faces")}, text("nav.faces"))),
    h("div", {class: "row"}, notifyButton(requestId, jobId), h("button", {type: "button", class: "quiet", onclick: on.cancel}, icon("close"), text("watch.cancel"))),
  )
}

/**
 * Return how far a request's newest job is: a bar, and the same in words.
 *
 * @param {string} requestId
 * @param {string} jobId
 * @param {AbortSignal} left
 * @param {Follower} on
 */
export function progressBar(requestId, jobId, left, on) {
  const bar = h("progress", {max: 100, value: 0, "aria-label": text("watch.title")})
  const percent = h("strong", {class: "percent", "aria-hidden": "true"})
  const now = h("p", {class: "now", role: "status"})
  const away = h("p", {class: "notice", role: "status"})
  let hasBegun = false

  async function follow() {
    try {
      for await (const {job, ...news} of watch(requestId, jobId, left)) {
        away.textContent = news.away ? text("watch.away") : ""
        if (left.aborted) return
        if (news.erased) return on.erased()
        if (!job) continue
        bar.value = job.percent
        percent.textContent = `${job.percent}%`
        hasBegun ||= job.stage !== null
        const sentence = hasBegun && job.state === "queued" ? `${text("watch.again")} ${nowText(job)}` : nowText(job)
        if (now.textContent !== sentence) now.textContent = sentence // read aloud only when it is new
        on.show?.(job)
        if (job.state === "succeeded" || job.state === "failed") return on.ended(job)
      }
    } catch (error) {
      if (!left.aborted) on.broken(error)
    }
  }

  void follow()
  return h("div", {class: "stack"}, h("div", {class: "bar-row"}, bar, percent), now, away)
}

/** Give up a call that failed, for now. @param {unknown} error */
function ifProblem(error) {
  if (!(error instanceof Problem)) throw error
}

/** @param {Job} job */
function nowText({state, stage, place}) {
  if (state === "queued") return place && place > 1 ? countText("watch.before", place - 1) : text("watch.next")
  return stage ? text(`watch.stage.${stage}`) : text("watch.beginning")
}

/** Return what asks for a notification; nothing where there are none. @param {string} requestId @param {string} jobId @returns {HTMLElement | false} */
export function notifyButton(requestId, jobId) {
  if (!canNotify()) return false
  const told = h("p", {class: "hint", role: "status", tabindex: -1}, willNotify(requestId) && text("watch.notified"))
  if (willNotify(requestId)) return told
  const button = h("button", {type: "button", class: "quiet", onclick: () => want()}, icon("bell"), text("watch.notify"))
  async function want() {
    told.textContent = text((await notifyWhenDone(requestId, jobId)) ? "watch.notified" : "watch.not_notified")
    told.focus()
    button.remove()
  }
  return h("div", {}, button, told)
}
