// What belongs to a request beside its faces: the recording, how long all is kept, and the way to delete it.

import {call} from "../app/api.js"
import {h} from "../app/dom.js"
import {renewLink} from "../app/links.js"
import {Problem} from "../app/problem.js"
import {hrefOf} from "../app/router.js"
import {isGuest} from "../app/session.js"
import {dateText, text} from "../app/texts.js"
import {askToErase} from "../face/erasing.js"
import {icon} from "./icons.js"
import {notice, tell} from "./notice.js"

/** @param {any} request @param {any} result null while there is none @param {() => void} erased @returns {HTMLElement} */
export const aboutRequest = (request, result, erased) =>
  h(
    "section",
    {class: "card stack"},
    h("h2", {}, text("face.recording.title")),
    request.voice_url
      ? sound(request)
      : h("p", {}, text("face.recording.erased")),
    keptUntil("face.recording.until", request.recording_erase_at),
    keptUntil("face.until", result?.faces_erase_at),
    keptUntil("face.all_until", request.erase_at),
    h("button", {type: "button", class: "quiet", onclick: () => askToErase(request.id, erased)}, icon("trash"), text("face.erase.button")),
  )

/** @param {any} request @returns {HTMLElement} */
function sound({id, voice_url: src}) {
  const problem = notice()
  const audio = h("audio", {controls: true, preload: "none", src, "aria-label": text("face.recording.label")})
  const newLink = async () => (await call("GET", `mz-request/${id}`)).mz_request.voice_url ?? ""
  renewLink(audio, newLink, error => tell(problem, error instanceof Problem ? error.message : text("faces.unplayable"), {isBad: true}))
  return h("div", {}, audio, problem)
}

/** @param {string} key @param {string | null | undefined} moment */
const keptUntil = (key, moment) => moment && h("p", {class: "hint"}, text(key, {date: dateText(moment)}))

/** Return how to use the picture and the video elsewhere. @returns {HTMLElement} */
export const howToUse = () =>
  h(
    "section",
    {class: "card stack"},
    h("h2", {}, text("face.use.title")),
    h("ul", {}, ...["picture", "call"].map(what => h("li", {}, text(`face.use.${what}`)))),
  )

/** Return where a guest reads until when the faces stay; nothing for a user with an account. @returns {HTMLElement | false} */
export function keepIt() {
  if (!isGuest()) return false
  const until = h("p", {})
  void call("GET", "users").then(
    ({erase_at: end}) => (until.textContent = end ? text("face.keep.until", {date: dateText(end)}) : ""),
    () => (until.textContent = text("face.keep.lead")),
  )
  return h("aside", {class: "card row keep"}, until, h("a", {class: "button", href: hrefOf("sign-up")}, text("face.keep.button")))
}
