// What is shown where there are no faces, or no new ones: they are being made again, they have failed, or they are gone.

import {h} from "../app/dom.js"
import {hrefOf} from "../app/router.js"
import {text} from "../app/texts.js"
import {failureText} from "../face/failures.js"
import {notifyButton, progressBar} from "./face-progress.js"
import {tryAgain} from "./make-again.js"

/** Return a heading and a sentence, with the ways on from there. @param {string} title @param {string} lead @param {...any} more @returns {HTMLElement} */
export const end = (title, lead, ...more) =>
  h(
    "section",
    {class: "narrow"},
    h("h1", {}, text(title)),
    h("p", {}, text(lead)),
    h("div", {class: "row"}, h("a", {class: "button", href: hrefOf("record")}, text("landing.button")), h("a", {href: hrefOf("faces")}, text("nav.faces"))),
    ...more,
  )

/**
 * Return why the faces of a request could not be made, and how to try again.
 *
 * @param {any} request
 * @param {any} result
 * @param {() => void} begun
 * @param {...any} more
 * @returns {HTMLElement}
 */
export const failed = (request, result, begun, ...more) =>
  h("section", {class: "narrow"}, h("h1", {}, text("face.failed.title")), ...why(request, result, begun), ...more)

/** @param {any} request @param {any} result @param {() => void} begun @returns {HTMLElement[]} */
const why = (request, result, begun) => [
  h("p", {class: "notice bad"}, failureText(result.error)),
  request.voice_url ? tryAgain(request, result, begun) : h("a", {class: "button", href: hrefOf("record")}, text("landing.button")),
]

/**
 * Return what becomes of faces that are made again, while the earlier ones are shown.
 *
 * @param {any} request
 * @param {any} newest a result that is being made, or has failed
 * @param {AbortSignal} left
 * @param {any} follower as for `progressBar`
 * @param {() => void} show shows the newest faces, or how far they are
 */
export function newFaces(request, newest, left, follower, show) {
  const said = h("p", {class: "now", role: "status"})
  const place = h("div", {class: "stack"})
  /** @param {string} key @param {...(Node | false)} parts */
  const say = (key, ...parts) => {
    said.textContent = text(key)
    place.replaceChildren(...parts.filter(part => part !== false))
  }
  /** @param {{state?: string, error: string | null}} job */
  const ended = ({state, error}) => {
    if (state === "succeeded") say("faces.one_ready", h("button", {type: "button", onclick: show}, text("face.new.show")))
    else say("faces.failed_new", ...why(request, {...newest, error}, show))
  }
  if (newest.status === "Failed") ended(newest)
  else say("face.new.title", progressBar(request.id, newest.id, left, {...follower, ended}), notifyButton(request.id, newest.id))
  return h("section", {class: "card stack watch"}, said, place)
}
