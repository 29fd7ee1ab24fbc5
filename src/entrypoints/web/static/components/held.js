// What a part of a view holds, such as a stream or a timer, is let go when the part leaves the page.

import {define, h} from "../app/dom.js"

class Held extends HTMLElement {
  #left = new AbortController()

  get left() {
    return this.#left.signal
  }

  disconnectedCallback() {
    this.#left.abort()
  }
}

define("held-part", Held)

/**
 * Return a part whose signal is aborted when it leaves the page.
 *
 * @param {(left: AbortSignal) => Node} build
 * @returns {HTMLElement}
 */
export function held(build) {
  const part = h("held-part")
  part.append(build(part.left))
  return part
}
