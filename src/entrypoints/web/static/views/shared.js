// A face that its user has shared: whoever has the link sees it until the link ends.

import {h} from "../app/dom.js"
import {linkToken} from "../app/link-token.js"
import {renewLink} from "../app/links.js"
import {Problem} from "../app/problem.js"
import {bodyOf, request} from "../app/request.js"
import {hrefOf} from "../app/router.js"
import {dateText, text} from "../app/texts.js"
import {notice, tell} from "../components/notice.js"

export const title = "shared.title"
export const styles = "face"

/** @returns {Promise<HTMLElement>} */
export async function view() {
  const heading = h("h1", {}, text(title))
  const own = h("a", {class: "button", href: hrefOf("record")}, text("landing.button"))
  const token = linkToken()
  if (!token) return end(text("shared.gone"))
  try {
    const load = async () => bodyOf(await request("GET", `shares/${encodeURIComponent(token)}`))
    const shared = await load()
    return h(
      "section",
      {class: "narrow shared"},
      heading,
      h("div", {class: "card stack"}, face(shared, load), h("p", {lang: shared.language}, h("strong", {}, shared.label)), h("p", {class: "hint"}, text("shared.generated"))),
      h("p", {class: "hint"}, text("shared.until", {date: dateText(shared.expires_at)})),
      h("h2", {}, text("shared.own")),
      h("p", {}, text("landing.lead")),
      own,
    )
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return end(error.status === 404 ? text("shared.gone") : error.message)
  }

  /** @param {string} sentence @returns {HTMLElement} */
  function end(sentence) {
    return h("section", {class: "narrow"}, heading, h("p", {class: "notice", role: "status"}, sentence), own)
  }
}

/** @param {any} shared @param {() => Promise<any>} load */
function face(shared, load) {
  const size = {width: 512, height: 512, class: "frame"}
  const {voice_image_url: portrait, voice_gif_url: video} = shared
  if (!video) return h("img", {src: portrait, alt: text("shared.portrait"), ...size})
  const film = h("video", {src: video, poster: portrait, controls: true, playsinline: true, preload: "metadata", "aria-label": text("shared.film"), ...size})
  const problem = notice()
  renewLink(
    film,
    async () => (await load()).voice_gif_url ?? "",
    error => tell(problem, text(error instanceof Problem && error.status === 404 ? "shared.gone" : "problem.unreachable"), {isBad: true}),
  )
  return h("div", {}, film, problem)
}
