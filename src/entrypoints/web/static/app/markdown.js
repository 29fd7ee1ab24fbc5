// Shows the little of Markdown that notices use: headings, paragraphs, lists and bold words.

import {h} from "./dom.js"

/** Return the elements of a text; its headings begin at `<h2>`. @param {string} text @returns {HTMLElement[]} */
export const elementsOf = text =>
  text
    .split(/\n{2,}|\n(?=#)/)
    .filter(block => block.trim())
    .map(blockOf)

/** @param {string} block @returns {HTMLElement} */
function blockOf(block) {
  const heading = /^(#+) (.*)/.exec(block)
  if (heading) return h(`h${Math.min(heading[1].length + 1, 6)}`, {}, ...wordsOf(heading[2]))
  if (!block.startsWith("- ")) return h("p", {}, ...wordsOf(block))
  return h("ul", {}, ...block.slice(2).split(/\n- /).map(item => h("li", {}, ...wordsOf(item))))
}

/** @param {string} words @returns {Array<string | HTMLElement>} */
const wordsOf = words =>
  words
    .replace(/\s+/g, " ")
    .split("**")
    .map((part, i) => (i % 2 ? h("b", {}, part) : part))
