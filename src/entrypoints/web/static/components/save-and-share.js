// Saves the faces, and shares the one that was made from the voice.

import {h} from "../app/dom.js"
import {Problem} from "../app/problem.js"
import {dateText, text} from "../app/texts.js"
import {form} from "./form.js"
import {notice, tell} from "./notice.js"
import {icon} from "./icons.js"

/** @typedef {import("../face/order.js").Kind} Kind */
/** @typedef {import("../face/result.js").CallResult} CallResult */

/** @param {any} result @param {CallResult} callResult @param {() => void} gone @returns {HTMLElement} */
export function saveAndShare(result, callResult, gone) {
  const outcome = notice()

  /** @param {Kind} kind @returns {HTMLElement[]} */
  const downloads = kind =>
    ["image", "gif"]
      .map(file => /** @type {[name: string, label: string]} */ ([`${kind}_${file}_url`, text(`face.save.${file}`)]))
      .filter(([name]) => result[name])
      .map(([name, label]) => {
        const follow = (/** @type {Event} */ event) => save(event, name)
        return h("a", {class: "button quiet", href: `${result[name]}?download`, download: true, onclick: follow}, icon("save"), label)
      })

  /** Save with a new link: the one that is there may have ended, and its file may be gone. @param {Event} event @param {string} name */
  async function save(event, name) {
    event.preventDefault()
    tell(outcome, "")
    try {
      const {[name]: address} = (await callResult("GET", `/${result.id}`)).mz_result
      if (!address) return gone()
      h("a", {href: `${address}?download`, download: true}).click()
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      tell(outcome, error.message, {isBad: true})
    }
  }

  return h(
    "section",
    {class: "card stack"},
    h("h2", {}, text("face.save.title")),
    h("div", {class: "row"}, ...downloads("voice")),
    outcome,
    shareForm(result, callResult),
    h("details", {}, h("summary", {}, text("face.save.other")), h("div", {class: "row"}, ...downloads("condition"))),
  )
}

/** @param {any} result @param {CallResult} callResult @returns {HTMLElement} */
function shareForm(result, callResult) {
  const outcome = notice()
  const link = h("input", {id: "share-link", type: "url", readonly: true, onfocus: () => link.select()})
  const copy = h("button", {type: "button", class: "quiet", onclick: () => copyLink()}, text("face.share.copy"))
  const place = h("div", {class: "field", hidden: true}, h("label", {for: "share-link"}, text("face.share.link")), link, copy)

  const element = form(
    async () => {
      const {url, expires_at: end} = await callResult("POST", `/${result.id}/shares`)
      link.value = url
      place.hidden = false
      const label = text("face.share.label", {date: dateText(end)})
      if (!(await offer(url))) await copyLink(label)
      else tell(outcome, label)
    },
    h("p", {class: "hint"}, text("face.share.lead")),
    h("button", {class: "share"}, icon("share"), text("face.share.button")),
  )

  /** Copy the link; where the browser does not let us, the user copies it. @param {string} [label] */
  async function copyLink(label = "") {
    try {
      await navigator.clipboard.writeText(link.value)
      tell(outcome, `${text("face.share.copied")} ${label}`.trim())
    } catch {
      tell(outcome, `${text("face.share.by_hand")} ${label}`.trim())
      link.focus()
    }
  }

  return h("div", {class: "stack"}, element, place, outcome)
}

/** Offer a link to other apps; false where the browser cannot, or the user does not want to. @param {string} url */
async function offer(url) {
  const data = {title: "Voice2Face", text: text("face.share.text"), url}
  if (!navigator.canShare?.(data) || !matchMedia("(pointer: coarse)").matches) return false
  return navigator.share(data).then(
    () => true,
    () => false,
  )
}
