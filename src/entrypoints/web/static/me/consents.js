// What the user agreed to.

import {call} from "../app/api.js"
import {h} from "../app/dom.js"
import {hrefOf} from "../app/router.js"
import {dateText, text} from "../app/texts.js"
import {ask} from "../components/dialog.js"
import {form} from "../components/form.js"
import {notice, tell} from "../components/notice.js"
import {agreement, privacyNotice} from "../components/privacy-notice.js"
import {part} from "./part.js"

/** @typedef {{id: string, mz_request_id: string | null, notice_version: string | null, agreed_at: string, withdrawn_at: string | null}} Consent */

/** @param {Consent[]} found @param {string} current the version of the notice that one can agree to */
export function consents(found, current) {
  const outcome = notice()
  const place = h("div", {class: "stack"})
  draw()
  return part("consents.title", outcome, place)

  function draw() {
    const ofAccount = found.filter(consent => !consent.mz_request_id)
    const stands = ofAccount.some(consent => !consent.withdrawn_at && consent.notice_version === current)
    place.replaceChildren(
      found.length ? h("ul", {class: "lines"}, ...found.map(line)) : h("p", {}, text("consents.none")),
      stands ? privacyNotice(current) : toAgree(),
    )
  }

  /** @param {Consent} consent @returns {HTMLElement} */
  function line(consent) {
    const what = text(consent.mz_request_id ? "consents.request" : "consents.account", {version: consent.notice_version ?? "—"})
    const when = text("consents.agreed", {date: dateText(consent.agreed_at)})
    const withdrawn = consent.withdrawn_at && text("consents.withdrawn", {date: dateText(consent.withdrawn_at)})
    return h(
      "li",
      {},
      h(
        "div",
        {},
        h("strong", {}, consent.mz_request_id ? h("a", {href: hrefOf(`faces/${consent.mz_request_id}`)}, what) : what),
        h("p", {class: "hint"}, [when, withdrawn].filter(Boolean).join(" · ")),
      ),
      !withdrawn &&
        h("button", {type: "button", class: "quiet", "aria-label": text("consents.withdraw.label", {what, when}), onclick: () => withdraw(consent)}, text("consents.withdraw")),
    )
  }

  /** @param {Consent} consent */
  function withdraw(consent) {
    ask({
      title: text("consents.withdraw.title"),
      lead: text(consent.mz_request_id ? "consents.withdraw.request" : "consents.withdraw.account"),
      button: text("consents.withdraw"),
      work: async () => {
        await call("DELETE", `users/consents/${consent.id}`)
        await look()
      },
      done: () => tell(outcome, text("consents.withdraw.done")),
    })
  }

  function toAgree() {
    return form(
      async () => {
        await call("POST", "users/consents", {fields: {notice_version: current}})
        await look()
        tell(outcome, text("consents.done"))
      },
      h("p", {}, text("consents.agree.lead")),
      ...agreement(current),
      h("button", {class: "quiet"}, text("consents.agree")),
    )
  }

  /** Show what stands now: with one consent for the account all others for it are withdrawn. */
  async function look() {
    found = (await call("GET", "users/consents")).consents
    draw()
  }
}
