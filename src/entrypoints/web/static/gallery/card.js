// A request in the gallery, with the buttons that belong to it.

import {h} from "../app/dom.js"
import {shortDateText, text} from "../app/texts.js"
import {faceCard} from "../components/face-card.js"
import {icon} from "../components/icons.js"

/**
 * Return the card of a request: its recording can be played, as long as it is there, and all of it erased.
 *
 * @param {import("../components/face-card.js").Item} item
 * @param {import("../components/voice-button.js").VoicePlayer} player
 * @param {() => void} erase
 */
export function cardOf(item, player, erase) {
  const what = shortDateText(item.created_at)
  const label = text("faces.delete", {date: what})
  const remove = h("button", {type: "button", class: "icon", "aria-label": label, onclick: erase}, icon("trash"))
  return faceCard(item, ...(item.voice_url ? [player.buttonFor(item.voice_url, what), remove] : [remove]))
}
