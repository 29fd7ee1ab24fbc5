// The privacy notice, loaded when the reader opens it.

import {h} from "../app/dom.js"
import {elementsOf} from "../app/markdown.js"
import {Problem} from "../app/problem.js"
import {bodyOf, request} from "../app/request.js"
import {language, text} from "../app/texts.js"

/** Return which notice is the current one, and what the service demands. @returns {Promise<{current: string, required: boolean, youngest: number}>} */
export const notices = async () => bodyOf(await request("GET", "notices"))

/** Return what opens the notice. @param {string} version @returns {HTMLElement} */
export function privacyNotice(version) {
  const place = h("div", {class: "notice-text stack", tabindex: 0, role: "region", "aria-label": text("privacy.title")}, text("privacy.loading"))
  let isLoaded = false

  async function load() {
    if (!element.open || isLoaded) return
    try {
      const path = `notices/${encodeURIComponent(version)}?language=${language}`
      place.replaceChildren(...elementsOf((await bodyOf(await request("GET", path))).text))
      isLoaded = true
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      place.textContent = error.message
    }
  }

  const element = h("details", {ontoggle: load}, h("summary", {}, text("privacy.open", {version})), place)
  return element
}

/** Return the box to agree, with the notice. @param {string} version @returns {HTMLElement[]} */
export const agreement = version => [
  privacyNotice(version),
  h("label", {class: "check"}, h("input", {type: "checkbox", name: "agreed", required: true}), h("span", {}, text("notice.agree"))),
]
