// Tells that a recording was not sent.

import {h} from "../app/dom.js"
import {hrefOf} from "../app/router.js"
import {loaded, text} from "../app/texts.js"
import {notice, tell} from "./notice.js"
import {forget, kept} from "../recorder/recordings.js"

/** Add the sentence to the end of the first page, where it moves nothing; do nothing where all was sent. @param {HTMLElement} page */
export async function tellOfUnsent(page) {
  const landing = page.firstElementChild
  const sentence = await unsentRecording()
  if (sentence && landing?.isConnected) page.append(sentence)
}

/** Return the sentence, with what can be done about it; null where all was sent. @returns {Promise<HTMLElement | null>} */
export async function unsentRecording() {
  const [recording] = await Promise.all([kept(), loaded])
  if (!recording) return null
  const isAgreed = recording.state === "sending"
  const remove = async () => {
    if (await forget(recording.id)) element.remove()
    else tell(said, text("record.not_deleted"), {isBad: true})
  }
  const said = notice()
  /** @type {HTMLElement} */
  const element = h(
    "section",
    {class: "unsent", "aria-label": text("record.kept.title")},
    h("p", {}, text("record.kept.title")),
    h("a", {class: "button", href: hrefOf(isAgreed ? "about-you" : "record")}, text(isAgreed ? "record.kept.send" : "record.kept.open")),
    h("button", {type: "button", class: "quiet", onclick: remove}, text("record.delete")),
    said,
  )
  return element
}
