// Follows what is still being made in the gallery.

import {text} from "../app/texts.js"
import {showProgress} from "../components/face-card.js"
import {isRunning, pageAt} from "./list.js"

/** @typedef {import("./gallery.js").Gallery} Gallery */
/** @typedef {import("../components/face-card.js").Item} Item */

/** Look how far what runs is; tell whether something still runs. @param {Gallery} gallery */
export async function lookAtRunning(gallery) {
  const running = [...gallery.shown.values()].filter(({item}) => isRunning(item))
  for (const cursor of new Set(running.map(({cursor}) => cursor))) {
    const {mz_request_list: items} = await pageAt(cursor)
    if (!gallery.isConnected) return false
    const isGone = running.some(one => one.cursor === cursor && gallery.shown.has(one.item.id) && !items.some(({id}) => id === one.item.id))
    if (isGone) {
      await gallery.begin() // it was erased elsewhere, or newer ones have moved it to another page
      break
    }
    for (const item of items) update(gallery, item)
  }
  return gallery.isAnyRunning()
}

/** @param {Gallery} gallery @param {Item} item */
function update(gallery, item) {
  const known = gallery.shown.get(item.id)
  if (!known || !isRunning(known.item)) return
  known.item = item
  if (isRunning(item)) return showProgress(known.card, item)
  const old = known.card
  const hadFocus = old.contains(document.activeElement)
  gallery.loops.leave(/** @type {Element} */ (old.querySelector(".picture")))
  const card = gallery.add(item, known.cursor)
  old.replaceWith(card)
  if (hadFocus) card.querySelector("a")?.focus()
  gallery.said.classList.remove("bad")
  const failed = item.voice_image_url ? "faces.failed_new" : "faces.one_failed" // the earlier faces stay
  gallery.said.textContent = text(item.status === "Failed" ? failed : "faces.one_ready")
}
