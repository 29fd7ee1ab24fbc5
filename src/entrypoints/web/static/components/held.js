// What a part of a view holds, such as a stream or a timer, is let go when the part leaves the page.

import {define, h} from "../app/dom.js"

class Held extends HTMLElement {
  /** @type {(left: AbortSignal) => Node} */
  build = () => document.createTextNode("")
  #left = new AbortController()

  connectedCallback() {
    this.replaceChildren(this.build(this.#left.signal))
  }

  disconnectedCallback() {
    this.#left.abort()
  }
}

define("held-part", Held)

/**
 * Return a part that is built when it comes into the page, and whose signal is aborted when it leaves.
 *
 * A view that is left while it loads never comes into the page: then nothing is begun.
 *
 * @param {(left: AbortSignal) => Node} build
 * @returns {HTMLElement}
 */
export const held = build => Object.assign(h("held-part"), {build})
