// Confirms an address. It waits for the button: programs that open links in mails press none.

import {h} from "../app/dom.js"
import {forgetLinkToken, linkToken} from "../app/link-token.js"
import {Problem} from "../app/problem.js"
import {request} from "../app/request.js"
import {text} from "../app/texts.js"
import {form} from "../components/form.js"
import {notice, tell} from "../components/notice.js"

export const title = "confirm.title"

export function view() {
  const token = linkToken()
  const heading = h("h1", {}, text(title))
  const outcome = notice()
  const confirm = form(
    async () => {
      try {
        await request("POST", "users/email/confirmation", {fields: {token}})
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "invalid_mail_link") throw error
        return end(text("confirm.over"), {isBad: true})
      }
      document.title = `${text("confirm.done.title")} · Voice2Face`
      heading.textContent = text("confirm.done.title")
      end(text("confirm.done"))
    },
    h("p", {}, text("confirm.lead")),
    h("button", {}, text("confirm.button")),
  )

  /** @param {string} sentence @param {{isBad?: boolean}} [options] */
  function end(sentence, options) {
    confirm.remove()
    forgetLinkToken()
    tell(outcome, sentence, options)
  }

  if (token) return h("section", {class: "narrow card"}, heading, confirm, outcome)
  outcome.textContent = text("confirm.incomplete")
  outcome.classList.add("bad")
  return h("section", {class: "narrow card"}, heading, outcome)
}
