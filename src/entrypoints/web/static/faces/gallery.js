// The gallery: newest first, page by page.

import {call} from "../app/api.js"
import {define, h} from "../app/dom.js"
import {Problem} from "../app/problem.js"
import {hrefOf} from "../app/router.js"
import {countText, shortDateText, text} from "../app/texts.js"
import {confirmed} from "../components/confirm-dialog.js"
import {emptyCard, faceCard, showProgress} from "../components/face-card.js"
import {notice, tell} from "../components/form.js"
import {icon} from "../components/icons.js"
import {Loops} from "../components/loops.js"
import {VoicePlayer} from "../components/voice-button.js"
import {Poll} from "./poll.js"

/** @typedef {import("../components/face-card.js").Item} Item */

/** How many are on a page: whole rows, whether there are two, three, four or six in a row. */
const PAGE = 24
/** Signed links work for at least half an hour. */
const LINKS_MS = 25 * 60_000

class Gallery extends HTMLElement {
  constructor() {
    super()
    /** The requests that are shown, with the cursor of their page. @type {Map<string, {item: Item, card: HTMLElement, cursor: string}>} */
    this.shown = new Map()
    this.next = ""
    this.loadedAt = 0
    this.list = h("ul", {class: "gallery", "aria-label": text("faces.title")})
    this.said = notice()
    this.more = h("button", {type: "button", class: "quiet", hidden: true, onclick: () => this.showMore()}, text("faces.more"))
    this.motion = h("button", {type: "button", class: "quiet", hidden: true, onclick: () => this.turn()}, text("faces.still"))
    this.loops = new Loops()
    this.player = new VoicePlayer(() => tell(this.said, text("faces.unplayable"), {isBad: true}))
    this.poll = new Poll(() => this.look())
    this.isLoading = false
    this.seen = () => {
      if (!document.hidden && Date.now() - this.loadedAt > LINKS_MS) void this.begin()
    }
  }

  connectedCallback() {
    this.append(this.said, this.list, h("div", {class: "row"}, this.more, this.motion))
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
    this.list.querySelectorAll(".waiting").forEach((/** @type {Element} */ card) => card.remove())
    this.list.removeAttribute("aria-busy")
    if (isThere && this.shown.size === 0) this.sayEmpty()
    if (!isThere) this.list.replaceChildren(h("li", {class: "alone"}, h("button", {type: "button", onclick: () => this.begin()}, text("faces.again"))))
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

  /** Add a page; tell whether it came. @param {string} cursor */
  async load(cursor) {
    if (this.isLoading) return false
    this.isLoading = true
    try {
      const page = await pageAt(cursor)
      tell(this.said, "")
      const cards = page.mz_request_list.map(item => this.add(item, cursor))
      const waiting = this.list.querySelector(".waiting")
      waiting ? waiting.before(...cards) : this.list.append(...cards)
      this.next = page.next_cursor ?? ""
      this.more.hidden = !this.next
      this.motion.hidden = this.loops.calm.matches || this.shown.size === 0
      if (!cursor) this.loadedAt = Date.now()
      if (this.isAnyRunning()) this.poll.start()
      return true
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (this.isConnected) tell(this.said, error.message, {isBad: true})
      return false
    } finally {
      this.isLoading = false
    }
  }

  /** @param {Item} item @param {string} cursor */
  add(item, cursor) {
    const what = shortDateText(item.created_at)
    const play = item.voice_url && this.player.buttonFor(item.voice_url, what)
    const label = text("faces.delete", {date: what})
    const remove = h("button", {type: "button", class: "icon", "aria-label": label, onclick: () => this.erase(item)}, icon("trash"))
    const card = faceCard(item, ...(play ? [play, remove] : [remove]))
    this.shown.set(item.id, {item, card, cursor})
    this.loops.watch(/** @type {Element} */ (card.querySelector(".picture")))
    return card
  }

  /** Erase a request after a question. Its card goes when the service has said that it is gone. @param {Item} item */
  async erase(item) {
    const question = {title: text("faces.delete.title"), lead: text("faces.delete.lead"), button: text("faces.delete.button")}
    if (!(await confirmed(question))) return
    try {
      await call("DELETE", `mz-request/${item.id}`)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (error.status !== 404) return tell(this.said, error.message, {isBad: true}) // else another tab was first
    }
    this.take(item.id)
    this.said.classList.remove("bad")
    this.said.textContent = text("faces.deleted")
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

  /** Look how far what runs is; tell whether something still runs. */
  async look() {
    const cursors = new Set([...this.shown.values()].filter(({item}) => isRunning(item)).map(({cursor}) => cursor))
    for (const cursor of cursors) {
      const page = await pageAt(cursor)
      for (const item of page.mz_request_list) this.update(item)
    }
    return this.isAnyRunning()
  }

  /** @param {Item} item */
  update(item) {
    const known = this.shown.get(item.id)
    if (!known || !isRunning(known.item)) return
    known.item = item
    if (isRunning(item)) return showProgress(known.card, item)
    const old = known.card
    const hadFocus = old.contains(document.activeElement)
    this.loops.leave(/** @type {Element} */ (old.querySelector(".picture")))
    const card = this.add(item, known.cursor)
    old.replaceWith(card)
    if (hadFocus) card.querySelector("a")?.focus()
    this.said.textContent = text(item.status === "Failed" ? "faces.one_failed" : "faces.one_ready")
  }

  isAnyRunning() {
    return [...this.shown.values()].some(({item}) => isRunning(item))
  }

  turn() {
    this.loops.turn(!this.loops.isOn)
    this.motion.textContent = text(this.loops.isOn ? "faces.still" : "faces.move")
  }

  sayEmpty() {
    this.motion.hidden = true
    const lead = h("p", {tabindex: -1}, text("faces.empty"))
    this.list.replaceChildren(
      h("li", {class: "alone"}, lead, h("a", {class: "button", href: hrefOf("record")}, icon("mic"), text("faces.first"))),
    )
    if (document.activeElement === document.body) lead.focus()
  }
}

/** @param {string} cursor @returns {Promise<{mz_request_list: Item[], next_cursor: string | null}>} */
const pageAt = cursor => call("GET", `mz-request?limit=${PAGE}${cursor && `&cursor=${cursor}`}`)

/** @param {Item} item */
const isRunning = item => item.status === "Proceeding"

/** Return the gallery. @returns {HTMLElement} */
export function gallery() {
  define("face-gallery", Gallery)
  return document.createElement("face-gallery")
}
