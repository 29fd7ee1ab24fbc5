// How long things are kept.

import {h} from "../app/dom.js"
import {countText, dateText, text} from "../app/texts.js"
import {facts, part} from "./part.js"

const KINDS = ["recordings", "faces", "failed", "idle_accounts"]

/** @param {{guest?: boolean, erase_at?: string, retention?: Record<string, number | null>}} user */
export function kept(user) {
  if (user.guest) return part("kept.title", h("p", {}, text("kept.guest")))
  const lines = KINDS.map(kind => {
    const days = user.retention?.[`${kind}_days`]
    return /** @type {[string, string]} */ ([text(`kept.${kind}`), days ? countText(`kept.days.${kind}`, days) : text("kept.for_ever")])
  })
  return part(
    "kept.title",
    user.retention ? facts(lines) : h("p", {}, text("kept.all")),
    user.erase_at && h("p", {class: "hint"}, text("kept.until", {date: dateText(user.erase_at)})),
  )
}
