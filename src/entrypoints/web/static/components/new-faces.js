// What becomes of faces that are made again: the earlier ones stay below it until the reader wants the new ones.

import {h} from "../app/dom.js"
import {text} from "../app/texts.js"
import {failureText} from "../face/failures.js"
import {jobProgress, notifyButton} from "./job-progress.js"
import {tryAgain} from "./make-again.js"

/**
 * Return the state of a request's newest result, which is being made or has failed.
 *
 * @param {any} request
 * @param {any} newest
 * @param {AbortSignal} left
 * @param {Omit<import("./job-progress.js").Ends, "ended"> & {callResult: import("../face/result.js").CallResult,
 *   begun: () => void, show: () => void}} on `show` shows the new faces; `begun` is called when they are made once more
 * @returns {HTMLElement}
 */
export function newFaces(request, newest, left, on) {
  const title = h("h2")
  const place = h("div", {class: "stack"})
  const say = (/** @type {string} */ key, /** @type {Array<Node | string>} */ ...parts) => {
    title.textContent = text(key)
    place.replaceChildren(...parts)
  }
  const sayFailed = (/** @type {string | null} */ error) =>
    say(
      "face.new.failed",
      h("p", {class: "notice bad"}, failureText(error)),
      request.voice_url ? tryAgain(on.callResult, newest, on.begun) : "",
    )
  const ended = (/** @type {import("../face/watching.js").Job} */ {state, error}) =>
    state === "failed" ? sayFailed(error) : say("face.new.ready", h("button", {type: "button", onclick: on.show}, text("face.new.show")))

  if (newest.status === "Failed") sayFailed(newest.error)
  else say("face.new.title", ...jobProgress(request.id, newest.id, left, {...on, ended}), notifyButton(request.id, newest.id))
  return h("section", {class: "card stack new-faces"}, h("div", {role: "status"}, title), place)
}
