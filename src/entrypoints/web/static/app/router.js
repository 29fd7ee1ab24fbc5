// Which view is at which address.

import {BASE, fileAddress} from "./addresses.js"
import {find} from "./dom.js"
import {markPlace} from "./header.js"
import {keptLogin} from "./kept-login.js"

/**
 * What a module of `views/` exports: `title`, the key of its title; `view`, which makes its element; `styles`, the name
 * of its file in `styles/`, if it has one; and `isPrivate` if it shows what belongs to a user: without a session the view
 * `log-in` comes first. `isFirst` tells a view that it replaces what the server has drawn. A view lets go of what it holds
 * (a microphone, a stream) in its element's `disconnectedCallback`.
 *
 * @typedef {{title: string, styles?: string, isPrivate?: boolean,
 *   view: (parameters: Record<string, string>, options: {isFirst: boolean}) => HTMLElement | Promise<HTMLElement>}} View
 */

/** @type {Array<[pattern: RegExp, load: () => Promise<View>]>} */
const VIEWS = [
  [/^record$/, () => import("../views/record.js")],
  [/^about-you$/, () => import("../views/about-you.js")],
  [/^account\/confirm$/, () => import("../views/confirm.js")],
  [/^account\/reset$/, () => import("../views/reset.js")],
  [/^faces$/, () => import("../views/faces.js")],
  [/^me$/, () => import("../views/me.js")],
  [/^log-in$/, () => import("../views/log-in.js")],
  [/^sign-up$/, () => import("../views/sign-up.js")],
  [/^faces\/(?<request>[^/]+)$/, () => import("../views/face.js")],
  [/^shared$/, () => import("../views/shared.js")],
]

let shown = 0
let isPrivateShown = false

/** Go to an address of the page, such as `faces`. @param {string} path @param {{replace?: boolean}} [options] */
export async function go(path, {replace = false} = {}) {
  const address = new URL(path, BASE)
  if (!hasView(address)) return location.assign(address)
  history[replace || address.href === location.href ? "replaceState" : "pushState"](null, "", address)
  await show()
}

/** Return the address of a view, such as `log-in?next=faces`. @param {string} path */
export function hrefOf(path) {
  const {pathname, search, hash} = new URL(path, BASE)
  return pathname + search + hash
}

/** Show the view of the present address; one that was left meanwhile is not shown. */
export async function show() {
  const number = ++shown
  const path = pathOf(location)
  for (const [pattern, load] of VIEWS) {
    const found = pattern.exec(path)
    if (!found) continue
    const [module, {text}] = await Promise.all([load(), loadedTexts()]).catch(error => {
      if (!(error instanceof TypeError)) throw error
      // The connection is lost: the server's own sentence says so, or the browser or the offline page, which go on from here.
      if (number === 1) {
        find("#unloaded").hidden = false
        throw error // a script's own mistake can be a TypeError, too
      }
      location.reload()
      return new Promise(() => {})
    })
    if (number !== shown) return
    if (module.isPrivate && !keptLogin()) return go((await import("./next.js")).logInPath(), {replace: true})
    const [element] = await Promise.all([module.view(found.groups ?? {}, {isFirst: number === 1}), useStyles(module.styles)])
    if (number !== shown) return
    isPrivateShown = module.isPrivate ?? false
    markPlace(path)
    const main = /** @type {HTMLElement} */ (document.querySelector("main"))
    main.replaceChildren(element)
    scrollTo(0, 0)
    const heading = main.querySelector("h1")
    document.title = `${heading?.textContent ?? text(module.title)} · Voice2Face`
    if (heading && number > 1) { // the browser itself tells a page that is loaded
      heading.tabIndex = -1
      heading.focus({preventScroll: true})
    }
    return
  }
}

/** Return the module of the texts, once they are there. */
async function loadedTexts() {
  const texts = await import("./texts.js")
  await texts.loaded
  return texts
}

/** @param {{pathname: string}} address */
const pathOf = ({pathname}) => pathname.slice(BASE.pathname.length).replace(/\/+$/, "")

/** Tell whether scripts show the page at an address of this origin. @param {URL | Location | HTMLAnchorElement} address */
const hasView = address =>
  address.origin === BASE.origin &&
  address.pathname.startsWith(BASE.pathname) &&
  VIEWS.some(([pattern]) => pattern.test(pathOf(address)))

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
  if (link.target || link.hasAttribute("download")) return
  if (!hasView(link)) return
  event.preventDefault()
  void go(link.pathname + link.search + link.hash)
}

/** Begin to follow links and the browser's own buttons. */
export function begin() {
  addEventListener("click", follow)
  addEventListener("popstate", () => (hasView(location) ? void show() : location.reload()))
  addEventListener("session", event => {
    // What is shown belongs to a user who is not logged in any more.
    if (isPrivateShown && /** @type {CustomEvent} */ (event).detail.isLost) void show()
  })
}
