// The two faces side by side, and one button that plays both.

import {h} from "../app/dom.js"
import {text} from "../app/texts.js"
import {VideoPair} from "../face/playing.js"
import {icon} from "./icons.js"

/** @typedef {import("../face/order.js").Kind} Kind */
/** The letters under which faces are shown until they have names. */
const LETTERS = ["A", "B"]

/**
 * Return two figures, and the button that plays them where both have a video.
 *
 * @param {any} result
 * @param {[Kind, Kind]} order
 * @param {AbortSignal} left
 * @param {() => void} reload gets new links in place of those that have expired
 * @returns {HTMLElement}
 */
export function playBoth(result, order, left, reload) {
  const shown = order.map((kind, index) => media(result, kind, letterText(index)))
  const figures = order.map((kind, index) =>
    h(
      "figure",
      {"data-kind": kind},
      h("div", {class: "frame"}, shown[index]),
      h("figcaption", {}, h("strong", {}, letterText(index)), h("span", {class: "face-name", hidden: true}, text(`face.name.${kind}`))),
    ),
  )
  const [first, second] = shown
  const isFilmed = first instanceof HTMLVideoElement && second instanceof HTMLVideoElement
  return h(
    "div",
    {class: "pair stack"},
    h("div", {class: "pair-faces"}, ...figures),
    isFilmed ? player(first, second, left, reload) : h("p", {class: "hint"}, text("face.no_film")),
  )
}

/** Return how a face is called before it has a name. @param {number} index */
export const letterText = index => text("face.letter", {letter: LETTERS[index]})

/** @param {any} result @param {Kind} kind @param {string} name @returns {HTMLElement} */
function media(result, kind, name) {
  const size = {width: 512, height: 512}
  const [portrait, video] = [result[`${kind}_image_url`], result[`${kind}_gif_url`]]
  if (!result.voice_gif_url || !result.condition_gif_url) return h("img", {src: portrait, alt: text("face.portrait", {name}), ...size})
  return h("video", {src: video, poster: portrait, preload: "auto", playsinline: true, "aria-label": text("face.film", {name}), ...size})
}

/** @param {HTMLVideoElement} leader @param {HTMLVideoElement} follower @param {AbortSignal} left @param {() => void} reload */
function player(leader, follower, left, reload) {
  const played = h("span", {class: "played", "aria-hidden": "true"})
  const main = h("button", {type: "button", class: "play", onclick: () => press()})
  const restart = h(
    "button",
    {type: "button", class: "icon", "aria-label": text("face.restart"), hidden: true, onclick: () => void pair.restart()},
    icon("again"),
  )
  const told = h("p", {class: "hint", role: "status"})
  const pair = new VideoPair(leader, follower, paint, left)
  leader.addEventListener("timeupdate", () => played.style.setProperty("--played", String(leader.currentTime / leader.duration || 0)))

  function press() {
    if (pair.state === "broken") reload()
    else if (pair.state === "playing" || pair.state === "loading") pair.pause()
    else void pair.play()
  }

  /** @param {import("../face/playing.js").PlayState} state */
  function paint(state) {
    const isOn = state === "playing" || state === "loading"
    main.replaceChildren(icon(isOn ? "pause" : state === "paused" ? "play" : "again"), text(`face.player.${state}`))
    main.toggleAttribute("aria-busy", state === "loading")
    restart.hidden = !isOn && !(state === "paused" && leader.currentTime > 0)
    told.textContent = state === "broken" ? text("face.film_broken") : state === "loading" ? text("face.loading") : ""
  }

  paint("paused")
  return h("div", {class: "player"}, h("div", {class: "row"}, main, restart), played, told)
}
