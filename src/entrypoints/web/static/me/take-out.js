// The export: all that is kept of the user, as one file.

import {fetchAnswer} from "../app/api.js"
import {h} from "../app/dom.js"
import {Problem} from "../app/problem.js"
import {language, text} from "../app/texts.js"
import {form} from "../components/form.js"
import {notice, tell, tellProgress} from "../components/notice.js"
import {part} from "./part.js"

const KEPT_MS = 60_000
const size = new Intl.NumberFormat(language, {style: "unit", unit: "megabyte", maximumFractionDigits: 1})

export function takeOut() {
  const outcome = notice()
  const element = form(
    async () => {
      tellProgress(outcome, text("export.begun"))
      try {
        const answer = await fetchAnswer("GET", "users/export")
        const content = await contentOf(answer)
        if (!content) return
        save(content, nameOf(answer))
      } catch (error) {
        tell(outcome, "")
        throw error
      }
      tell(outcome, text("export.done"))
    },
    h("p", {}, text("export.lead")),
    h("button", {class: "quiet"}, text("export.button")),
  )
  return part("export.title", element, outcome)

  /** Read all of the archive, unless the view is left; what is cut off is no archive. @param {Response} answer */
  async function contentOf(answer) {
    const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (answer.body).getReader()
    const parts = []
    let bytes = 0
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        if (!element.isConnected) return await reader.cancel()
        parts.push(part.value)
        bytes += part.value.length
        outcome.textContent = text("export.coming", {size: size.format(bytes / 1e6)})
      }
    } catch (error) {
      if (error instanceof TypeError) throw new Problem(0, {})
      throw error
    }
    return new Blob(parts, {type: "application/zip"})
  }
}

/** @param {Response} answer */
const nameOf = answer => /filename="?([\w.-]+)/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "voice2face-export.zip"

/** @param {Blob} content @param {string} name */
function save(content, name) {
  const address = URL.createObjectURL(content)
  h("a", {href: address, download: name}).click()
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS) // the browser reads it after the click
}
