// Elements, made without a template language.

/**
 * Return a new element: `h("button", {class: "main", onclick: send}, "Send")`.
 *
 * `on…` adds a listener; `true` sets an attribute without a value; an attribute that is false, null or undefined is left
 * out, and so are such children.
 *
 * @param {string} name
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string | number | false | null | undefined | Array<Node | string | false | null | undefined>)} children
 * @returns {any} an element of that name
 */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value == null) continue
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value)
    else element.setAttribute(key, value === true ? "" : String(value))
  }
  for (const child of children.flat()) if (child !== false && child != null) element.append(/** @type {any} */ (child))
  return element
}

/** Return a new element of a drawing. @param {string} name @param {Record<string, string>} attributes @param {...Node} children */
export function svg(name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  element.append(...children)
  return element
}

/**
 * Return the one element that a selector finds; without it the page is broken, so it throws.
 *
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {any}
 */
export function find(selector, root = document) {
  const found = root.querySelector(selector)
  if (!found) throw new Error(`There is no ${selector}.`)
  return found
}

/** Define a custom element, unless that was done before. @param {string} name @param {CustomElementConstructor} type */
export function define(name, type) {
  if (!customElements.get(name)) customElements.define(name, type)
}
