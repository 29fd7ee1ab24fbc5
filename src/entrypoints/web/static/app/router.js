// Which view is at which address.

import {BASE, fileAddress} from "./addresses.js"

/**
 * What a module of `views/` exports: `title`, the key of its title; `view`, which makes its element; and `styles`, the name
 * of its file in `styles/`, if it has one. A view lets go of what it holds (a microphone, a stream) in its element's
 * `disconnectedCallback`.
 *
 * @typedef {{title: string, styles?: string, view: (parameters: Record<string, string>) => HTMLElement | Promise<HTMLElement>}} View
 */

/** @type {Array<[pattern: RegExp, load: () => Promise<View>]>} */
const VIEWS = [
  [/^account\/confirm$/, () => import("../views/confirm.js")],
  [/^account\/reset$/, () => import("../views/reset.js")],
  [/^faces\/(?<request>\w+)$/, () => import("../views/face.js")],
  [/^shared$/, () => import("../views/shared.js")],
]

let shown = 0

/** Go to an address of the page, such as `faces`. @param {string} path @param {{replace?: boolean}} [options] */
export async function go(path, {replace = false} = {}) {
  const address = new URL(path, BASE)
  history[replace ? "replaceState" : "pushState"](null, "", address)
  await show()
}

/** Return the address of a view. @param {string} path */
export const hrefOf = path => new URL(path, BASE).pathname

/** Show the view of the present address; one that was left meanwhile is not shown. */
export async function show() {
  const number = ++shown
  const path = location.pathname.slice(BASE.pathname.length).replace(/\/$/, "")
  for (const [pattern, load] of VIEWS) {
    const found = pattern.exec(path)
    if (!found) continue
    const [module, {text}] = await Promise.all([load(), import("./texts.js")])
    const [element] = await Promise.all([module.view(found.groups ?? {}), useStyles(module.styles)])
    if (number !== shown) return
    document.title = `${text(module.title)} · Voice2Face`
    const main = /** @type {HTMLElement} */ (document.querySelector("main"))
    main.replaceChildren(element)
    scrollTo(0, 0)
    const heading = main.querySelector("h1")
    if (heading) {
      heading.tabIndex = -1
      heading.focus({preventScroll: true})
    }
    return
  }
}

/** Load the styles of a view, before it is shown. @param {string | undefined} name */
async function useStyles(name) {
  if (!name || document.querySelector(`link[data-styles="${name}"]`)) return
  const link = Object.assign(document.createElement("link"), {rel: "stylesheet", href: fileAddress(`styles/${name}.css`).href})
  link.dataset.styles = name
  document.head.append(link)
  await new Promise(resolve => ["load", "error"].forEach(event => link.addEventListener(event, resolve)))
}

/** Follow links between views without loading the page anew. @param {MouseEvent} event */
function follow(event) {
  const link = /** @type {Element} */ (event.target).closest("a")
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  if (link.target || link.hasAttribute("download") || link.origin !== BASE.origin) return
  const path = link.pathname.slice(BASE.pathname.length)
  if (!link.pathname.startsWith(BASE.pathname) || !VIEWS.some(([pattern]) => pattern.test(path))) return
  event.preventDefault()
  void go(link.pathname + link.search + link.hash)
}

/** Begin to follow links and the browser's own buttons. */
export function begin() {
  addEventListener("click", follow)
  addEventListener("popstate", () => void show())
}
