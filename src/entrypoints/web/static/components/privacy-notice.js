// The privacy notice, to be read where the user agrees to it.

import {h} from "../app/dom.js"
import {Problem} from "../app/problem.js"
import {bodyOf, request} from "../app/request.js"
import {text} from "../app/texts.js"

/** Return which notice is the current one, and what the service demands. @returns {Promise<{current: string, required: boolean, youngest: number}>} */
export const notices = async () => bodyOf(await request("GET", "notices"))

/** Return a notice that is loaded when it is opened. @param {string} version @returns {HTMLElement} */
export function privacyNotice(version) {
  const place = h("div", {class: "notice-text stack", tabindex: 0, role: "region", "aria-label": text("notice.title")})
  const element = h("details", {}, h("summary", {}, text("notice.read")), place)
  element.addEventListener("toggle", async () => {
    if (!element.open || place.childElementCount) return
    try {
      const notice = await bodyOf(await request("GET", `notices/${version}`))
      place.replaceChildren(...blocks(notice.text))
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      place.textContent = error.message
    }
  })
  return element
}

/** Return the box to agree, with the notice. @param {string} version @returns {HTMLElement[]} */
export const agreement = version => [
  privacyNotice(version),
  h("label", {class: "check"}, h("input", {type: "checkbox", name: "agreed", required: true}), h("span", {}, text("notice.agree"))),
]

/** Return the elements of a text in simple Markdown: headings, lists, paragraphs. @param {string} markdown @returns {HTMLElement[]} */
function blocks(markdown) {
  return markdown
    .trim()
    .split(/\n\n+/)
    .map(block => {
      const heading = /^(#+) (.*)$/.exec(block)
      if (heading) return h(heading[1].length === 1 ? "h2" : "h3", {}, heading[2])
      if (!block.startsWith("- ")) return h("p", {}, ...strong(block))
      return h("ul", {}, ...block.slice(2).split(/\n- /).map(item => h("li", {}, ...strong(item))))
    })
}

/** @param {string} words with `**` around strong ones */
const strong = words => words.split("**").map((part, number) => (number % 2 ? h("strong", {}, part) : part.replace(/\s+/g, " ")))
