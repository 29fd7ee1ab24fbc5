// The parts of the view `me`.

import {h} from "../app/dom.js"
import {text} from "../app/texts.js"

/** Return a part with its heading. @param {string} key of its heading @param {...any} children @returns {HTMLElement} */
export function part(key, ...children) {
  const id = `part-${key.replaceAll(".", "-")}`
  return h("section", {class: "card stack", "aria-labelledby": id}, h("h2", {id}, text(key)), ...children)
}

/** Return pairs of a name and a value. @param {Array<[string, string]>} pairs @returns {HTMLElement} */
export const facts = pairs => h("dl", {class: "facts"}, ...pairs.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))))
