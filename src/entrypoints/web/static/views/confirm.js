// Confirms an address. It waits for the button: programs that open links in mails press none.

import {h} from "../app/dom.js"
import {whoIsHere} from "../app/kept-login.js"
import {forgetLinkToken, linkToken} from "../app/link-token.js"
import {Problem} from "../app/problem.js"
import {request} from "../app/request.js"
import {hrefOf} from "../app/router.js"
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
        return end("confirm.over", "me", {isBad: true})
      }
      document.title = `${text("confirm.done.title")} · Voice2Face`
      heading.textContent = text("confirm.done.title")
      end("confirm.done", "faces")
    },
    h("p", {}, text("confirm.lead")),
    h("button", {}, text("confirm.button")),
  )

  /**
   * Tell how it ended, and lead on; without a session a login comes first.
   *
   * @param {string} key
   * @param {"faces" | "me"} path
   * @param {{isBad?: boolean}} [options]
   */
  function end(key, path, options) {
    confirm.remove()
    forgetLinkToken()
    const way = whoIsHere() === "none" ? "way.log_in" : `way.${path}`
    outcome.after(h("a", {class: "button", href: hrefOf(path)}, text(way)))
    tell(outcome, text(key), options)
  }

  if (token) return h("section", {class: "narrow card"}, heading, confirm, outcome)
  outcome.textContent = text("confirm.incomplete")
  outcome.classList.add("bad")
  return h("section", {class: "narrow card"}, heading, outcome)
}
