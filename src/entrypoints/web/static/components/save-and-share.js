// Saves the faces, and shares the one that was made from the voice.

import {call, tellGone} from "../app/api.js"
import {h} from "../app/dom.js"
import {Problem} from "../app/problem.js"
import {dateText, text} from "../app/texts.js"
import {loadResult} from "../face/result.js"
import {form} from "./form.js"
import {notice, tell, tellProblem} from "./notice.js"
import {icon} from "./icons.js"

/** @typedef {import("../face/order.js").Kind} Kind */

/** @param {any} result @returns {HTMLElement} */
export function saveAndShare(result) {
  const outcome = notice()

  /** @param {Kind} kind @returns {HTMLElement[]} */
  const downloads = kind =>
    ["image", "gif"]
      .filter(file => result[`${kind}_${file}_url`])
      .map(file =>
        h("button", {type: "button", class: "quiet", onclick: () => save(`${kind}_${file}_url`)}, icon("save"), text(`face.save.${file}`)),
      )

  /** Save by a new link: an old one may have ended, or its file be gone. @param {string} name */
  async function save(name) {
    tell(outcome, "")
    try {
      const {[name]: address} = await loadResult(result.mz_request_id, result.id)
      if (!address) tellGone(`mz-request/${result.mz_request_id}`)
      else h("a", {href: `${address}?download`, download: true}).click()
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      tellProblem(outcome, error)
    }
  }

  return h(
    "section",
    {class: "card stack"},
    h("h2", {}, text("face.save.title")),
    h("p", {class: "hint"}, text("face.save.generated")),
    h("div", {class: "row"}, ...downloads("voice")),
    outcome,
    shareForm(result),
    h("details", {}, h("summary", {}, text("face.save.other")), h("div", {class: "row"}, ...downloads("condition"))),
  )
}

/** @param {any} result @returns {HTMLElement} */
function shareForm(result) {
  const path = `mz-request/${result.mz_request_id}/mz-result/${result.id}/shares`
  const outcome = notice()
  const link = h("input", {id: "share-link", type: "url", readonly: true, onfocus: () => link.select()})
  const copy = h("button", {type: "button", class: "quiet", onclick: () => copyLink()}, text("face.share.copy"))
  const place = h("div", {class: "field", hidden: true}, h("label", {for: "share-link"}, text("face.share.link")), link, copy)

  const element = form(
    async () => {
      const {url, expires_at: end} = await call("POST", path)
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

/** Offer a link to other apps; false where the browser cannot. @param {string} url */
async function offer(url) {
  const data = {title: "Voice2Face", text: text("face.share.text"), url}
  if (!navigator.canShare?.(data) || !matchMedia("(pointer: coarse)").matches) return false
  return navigator.share(data).then(
    () => true,
    error => error.name === "AbortError", // closed again: nothing else is wanted
  )
}
