// The gallery: newest first, page by page.

import {define, h} from "../app/dom.js"
import {LINKS_MS} from "../app/links.js"
import {Problem} from "../app/problem.js"
import {countText, text} from "../app/texts.js"
import {emptyCard} from "../components/face-card.js"
import {notice, tell, tellProblem} from "../components/notice.js"
import {Loops, motionButton} from "../components/loops.js"
import {VoicePlayer} from "../components/voice-button.js"
import {askToErase} from "../face/erasing.js"
import {cardOf} from "./card.js"
import {emptyGallery, failedGallery} from "./empty.js"
import {isRunning, PAGE, pageAt} from "./list.js"
import {Poll} from "./poll.js"
import {lookAtRunning} from "./running.js"

/** @typedef {import("../components/face-card.js").Item} Item */

export class Gallery extends HTMLElement {
  constructor() {
    super()
    /** The requests that are shown, with the cursor of their page. @type {Map<string, {item: Item, card: HTMLElement, cursor: string}>} */
    this.shown = new Map()
    this.next = ""
    this.loadedAt = 0
    this.list = h("ul", {class: "gallery", "aria-label": text("faces.title")})
    this.said = notice()
    this.more = h("button", {type: "button", class: "quiet", hidden: true, onclick: () => this.showMore()}, text("faces.more"))
    this.loops = new Loops()
    this.motion = motionButton(this.loops)
    this.player = new VoicePlayer(() => tell(this.said, text("faces.unplayable"), {isBad: true}))
    this.poll = new Poll(() => lookAtRunning(this))
    this.turn = 0
    this.seen = () => {
      if (!document.hidden && Date.now() - this.loadedAt > LINKS_MS) void this.begin()
    }
  }

  connectedCallback() {
    this.append(this.said, this.list, h("div", {class: "row"}, this.more))
    document.addEventListener("visibilitychange", this.seen)
    void this.begin()
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.seen)
    this.player.stop()
    this.loops.stop()
    this.poll.stop()
  }

  /** Show the first page, in place of all that is shown. */
  async begin() {
    this.player.stop()
    this.poll.stop()
    this.shown.clear()
    this.more.hidden = true
    this.list.replaceChildren(...Array.from({length: PAGE}, emptyCard))
    this.list.setAttribute("aria-busy", "true")
    const isThere = await this.load("")
    if (isThere === null) return
    this.list.querySelectorAll(".waiting").forEach((/** @type {Element} */ card) => card.remove())
    this.list.removeAttribute("aria-busy")
    if (isThere && this.shown.size === 0) this.sayEmpty()
    if (!isThere && !this.list.childElementCount) this.list.replaceChildren(failedGallery(() => this.begin()))
  }

  /** Show the next page; the focus stays on the button, or goes to what is new where there is no button any more. */
  async showMore() {
    const before = this.shown.size
    this.more.setAttribute("aria-busy", "true")
    const isThere = await this.load(this.next)
    this.more.removeAttribute("aria-busy")
    if (!isThere) return
    const added = [...this.shown.values()].slice(before)
    this.said.textContent = countText("faces.added", added.length)
    if (this.more.hidden) added[0]?.card.querySelector("a")?.focus()
  }

  /** Add a page; tell whether it came, and nothing if another one was asked for meanwhile. @param {string} cursor */
  async load(cursor) {
    const turn = ++this.turn
    const isNewest = () => this.isConnected && turn === this.turn
    try {
      const page = await pageAt(cursor)
      if (!isNewest()) return null
      tell(this.said, "")
      const cards = page.mz_request_list.map(item => this.add(item, cursor))
      const waiting = this.list.querySelector(".waiting")
      waiting ? waiting.before(...cards) : this.list.append(...cards)
      this.next = page.next_cursor ?? ""
      this.more.hidden = !this.next
      if (!cursor) this.loadedAt = Date.now()
      if (this.isAnyRunning()) this.poll.start()
      return true
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (!isNewest()) return null
      tellProblem(this.said, error)
      return false
    }
  }

  /** @param {Item} item @param {string} cursor */
  add(item, cursor) {
    const card = cardOf(item, this.player, () => this.erase(item))
    this.shown.set(item.id, {item, card, cursor})
    this.loops.watch(/** @type {Element} */ (card.querySelector(".picture")))
    return card
  }

  /** Erase a request after a question. Its card goes when the service has said that it is gone. @param {Item} item */
  erase(item) {
    askToErase(item.id, () => {
      this.take(item.id)
      this.said.classList.remove("bad")
      this.said.textContent = text("faces.deleted")
    })
  }

  /** Take a card away; the focus goes to its neighbour. @param {string} id */
  take(id) {
    const card = this.shown.get(id)?.card
    if (!card) return
    this.player.stop()
    this.loops.leave(/** @type {Element} */ (card.querySelector(".picture")))
    const neighbour = card.nextElementSibling ?? card.previousElementSibling
    card.remove()
    this.shown.delete(id)
    if (this.shown.size === 0 && !this.next) return this.sayEmpty()
    if (neighbour) neighbour.querySelector("a")?.focus()
    else void this.begin()
  }

  isAnyRunning() {
    return [...this.shown.values()].some(({item}) => isRunning(item))
  }

  sayEmpty() {
    this.motion.hidden = true
    const empty = emptyGallery()
    this.list.replaceChildren(empty)
    if (document.activeElement === document.body) empty.querySelector("p")?.focus()
  }
}

/** Return the gallery. @param {HTMLElement} tools gets its buttons @returns {HTMLElement} */
export function gallery(tools) {
  define("face-gallery", Gallery)
  const element = /** @type {Gallery} */ (document.createElement("face-gallery"))
  tools.prepend(element.motion)
  return element
}
