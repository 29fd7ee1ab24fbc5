// What is shown where there are no faces: they have failed, or they are gone.

import {h} from "../app/dom.js"
import {hrefOf} from "../app/router.js"
import {text} from "../app/texts.js"
import {failureText} from "../face/failures.js"
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
 * @param {import("../face/result.js").CallResult} callResult
 * @param {(resultId: string) => void} begun
 * @param {...any} more
 * @returns {HTMLElement}
 */
export const failed = (request, result, callResult, begun, ...more) =>
  h(
    "section",
    {class: "narrow"},
    h("h1", {}, text("face.failed.title")),
    h("p", {class: "notice bad"}, failureText(result.error)),
    request.voice_url ? tryAgain(callResult, result, begun) : h("a", {class: "button", href: hrefOf("record")}, text("landing.button")),
    ...more,
  )
