// The recording that is not sent yet: hear it, use it, make another one, or delete it.

import {h} from "../app/dom.js"
import {hrefOf} from "../app/router.js"
import {dateText, text} from "../app/texts.js"
import {isOnlyHere, soundOf} from "../recorder/recordings.js"
import {icon} from "./icons.js"
import {soundPlayer} from "./sound-player.js"

/** Seconds of voice below which the service may hear none. */
const LITTLE = 0.6
/** Seconds from which on what is measured of a voice hardly changes any more. */
const ENOUGH = 5

/**
 * @param {import("../recorder/recordings.js").Recording} recording
 * @param {{isBack: boolean, fault?: string, onAgain: () => void, onDelete: () => void}} options `isBack`: it was there before
 * @returns {HTMLElement}
 */
export function recordingReview(recording, {isBack, fault, onAgain, onDelete}) {
  const {madeAt, state} = recording
  return h(
    "section",
    {class: "review card stack"},
    h("h2", {tabindex: -1}, text(isBack ? "record.kept.title" : "record.review.title")),
    isBack && h("p", {}, text("record.kept.lead", {when: dateText(new Date(madeAt).toISOString())})),
    fault && h("p", {class: "notice"}, text(`record.stopped.${fault}`)),
    soundPlayer({...recording, blob: soundOf(recording)}),
    doubtOf(recording),
    h("p", {class: "hint"}, text(isOnlyHere() ? "record.only_here" : "record.stays_here")),
    h(
      "div",
      {class: "row"},
      h("a", {class: "button main", href: hrefOf("about-you")}, text(state === "sending" ? "record.kept.send" : "record.use")),
      h("button", {type: "button", class: "quiet", onclick: onAgain}, icon("again"), text("record.again")),
      h("button", {type: "button", class: "quiet", onclick: onDelete}, icon("trash"), text("record.delete")),
    ),
  )
}

/** Return why the service may refuse a recording, or hear less in it than in a better one. @param {import("../recorder/recordings.js").Recording} recording @returns {HTMLElement | false} */
function doubtOf({voiceSeconds, seconds, bars}) {
  const isSilent = bars.length > 0 && !bars.some(height => height > 0)
  const doubt =
    isSilent || (voiceSeconds !== null && voiceSeconds < LITTLE) ? "little_voice" : seconds === null ? "unknown" : seconds < ENOUGH && "short"
  return doubt && h("p", {class: "notice"}, text(`record.${doubt}`))
}
