// Forms.

import {h} from "../app/dom.js"
import {Problem} from "../app/problem.js"
import {notice, tell, tellProblem} from "./notice.js"

/**
 * Return a form that does `work` when it is sent, one time after the other, and says what went wrong.
 *
 * @param {(form: HTMLFormElement) => Promise<void>} work
 * @param {...any} children
 * @returns {HTMLFormElement}
 */
export function form(work, ...children) {
  const problem = notice()
  const element = h("form", {}, ...children, problem)
  element.addEventListener("submit", async (/** @type {Event} */ event) => {
    event.preventDefault()
    const button = element.querySelector("button:not([type=button])")
    button.disabled = true
    element.setAttribute("aria-busy", "true")
    tell(problem, "")
    try {
      await work(element)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      tellProblem(problem, error)
    } finally {
      button.disabled = false
      element.removeAttribute("aria-busy")
    }
  })
  return element
}

/**
 * Return a labelled input.
 *
 * @param {string} label
 * @param {Record<string, any>} attributes with its `name`
 * @param {string} [hint]
 * @returns {HTMLElement}
 */
export function field(label, attributes, hint) {
  const id = `field-${attributes.name}`
  return h(
    "div",
    {class: "field"},
    h("label", {for: id}, label),
    h("input", {id, "aria-describedby": hint && `${id}-hint`, ...attributes}),
    hint && h("p", {id: `${id}-hint`, class: "hint"}, hint),
  )
}

/** Return what was typed into an input of a form. @param {HTMLFormElement} element @param {string} name */
export const valueOf = (element, name) => /** @type {HTMLInputElement} */ (element.elements.namedItem(name)).value
