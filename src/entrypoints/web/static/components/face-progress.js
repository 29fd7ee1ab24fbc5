// How far the faces of a request are, while there are none to show.

import {h} from "../app/dom.js"
import {Problem} from "../app/problem.js"
import {hrefOf} from "../app/router.js"
import {text} from "../app/texts.js"
import {orderOf} from "../face/order.js"
import {loadResult} from "../face/result.js"
import {icon} from "./icons.js"
import {jobProgress, notifyButton} from "./job-progress.js"
import {letterText} from "./play-both.js"

const STAGES = ["listening", "shaping", "drawing", "filming", "saving"]

/** @typedef {import("../face/watching.js").Job} Job */

/**
 * Return the progress of a request's newest job.
 *
 * @param {string} requestId
 * @param {string} jobId
 * @param {AbortSignal} left
 * @param {import("./job-progress.js").Ends & {cancel: () => void}} on
 * @returns {HTMLElement}
 */
export function faceProgress(requestId, jobId, left, on) {
  const stages = STAGES.map(stage => h("li", {"data-stage": stage}, icon("check"), h("span", {}, text(`watch.stage.${stage}`))))
  const frames = [0, 1].map(index => h("figure", {}, h("div", {class: "frame waiting"}), h("figcaption", {}, h("strong", {}, letterText(index)))))
  let stageLookedAt = ""

  /** @param {Job} job */
  function moved(job) {
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
      ...jobProgress(requestId, jobId, left, {...on, moved}),
      h("ol", {class: "stages"}, ...stages),
    ),
    h("p", {class: "hint"}, `${text("watch.leave")} `, h("a", {href: hrefOf("faces")}, text("nav.faces"))),
    h("div", {class: "row"}, notifyButton(requestId, jobId), h("button", {type: "button", class: "quiet", onclick: on.cancel}, icon("close"), text("watch.cancel"))),
  )
}

/** Give up a call that failed, for now. @param {unknown} error */
function ifProblem(error) {
  if (!(error instanceof Problem)) throw error
}
