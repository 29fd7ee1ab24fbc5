// What the service knows of the user, and what the user can do about it.

import {call} from "../app/api.js"
import {h} from "../app/dom.js"
import {Problem} from "../app/problem.js"
import {accessToken, emailOfUser, isGuest} from "../app/session.js"
import {text} from "../app/texts.js"
import {notice, tell, tellProblem} from "../components/notice.js"
import {about} from "../me/about.js"
import {consents} from "../me/consents.js"
import {erasure} from "../me/erasure.js"
import {takeOut} from "../me/take-out.js"
import {passwordChange} from "../me/password-change.js"
import {kept} from "../me/kept.js"
import {leave} from "../me/leaving.js"
import {sessions} from "../me/sessions.js"

export const title = "me.title"
export const styles = "account"
export const isPrivate = true

export function view() {
  const outcome = notice()
  const place = h("div", {class: "parts", "aria-busy": "true"}, ...Array.from({length: 3}, () => h("div", {class: "card waiting", "aria-hidden": "true"})))
  const heading = h("h1", {}, text(title))
  const element = h("section", {class: "wide stack me"}, h("div", {class: "row head"}, heading, leave(text("leave.button"))), outcome, place)
  void fill()
  return element

  async function fill() {
    try {
      await accessToken() // tells the address, too
      const [user, {consents: agreed}, current, places] = await Promise.all([
        call("GET", "users"),
        call("GET", "users/consents"),
        call("GET", "notices"),
        call("GET", "auth/sessions"),
      ])
      tell(outcome, "")
      place.replaceChildren(
        about(user, emailOfUser()),
        kept(user),
        sessions(places.sessions),
        ...(isGuest() ? [] : [passwordChange(emailOfUser())]),
        consents(agreed, current.current),
        takeOut(),
        erasure(erased),
      )
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (!element.isConnected && error.status === 401) return
      tellProblem(outcome, error)
      place.replaceChildren(h("button", {type: "button", onclick: fill}, text("me.again")))
    }
    place.removeAttribute("aria-busy")
  }

  /** Show the receipt, in place of what is not there any more. @param {HTMLElement} receipt */
  function erased(receipt) {
    place.replaceChildren(receipt)
    place.className = "narrow"
    element.querySelector(".head form")?.remove()
    heading.textContent = text("erase.done.title")
    document.title = `${text("erase.done.title")} · Voice2Face`
    heading.focus()
  }
}
