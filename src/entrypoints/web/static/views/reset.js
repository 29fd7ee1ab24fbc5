// Changes a forgotten password by the link of a mail, or asks for that mail.

import {h} from "../app/dom.js"
import {forgetLinkToken, linkToken} from "../app/link-token.js"
import {Problem} from "../app/problem.js"
import {request} from "../app/request.js"
import {hrefOf} from "../app/router.js"
import {mailText, text} from "../app/texts.js"
import {field, form, valueOf} from "../components/form.js"
import {notice, tell, tellProblem} from "../components/notice.js"
import {newPassword} from "../components/password.js"

export const title = "reset.title"

export function view() {
  const token = linkToken()
  const heading = h("h1", {}, text(title))
  const outcome = notice()
  const place = h("div", {}, token ? resetForm() : askForm())

  function resetForm() {
    return form(
      async element => {
        try {
          await request("POST", "users/password/reset", {fields: {token, password: valueOf(element, "password")}})
        } catch (error) {
          if (!(error instanceof Problem) || error.code !== "invalid_mail_link") throw error
          forgetLinkToken()
          place.replaceChildren(askForm())
          return tellProblem(outcome, error)
        }
        forgetLinkToken()
        done("reset.done", text("reset.done"))
        place.append(h("a", {class: "button", href: hrefOf("log-in")}, text("way.log_in")))
      },
      h("input", {autocomplete: "username", hidden: true}),
      ...newPassword(text("reset.password")),
      h("button", {}, text("reset.button")),
    )
  }

  function askForm() {
    return form(
      async element => {
        await request("POST", "users/password/reset-mail", {fields: {email: valueOf(element, "email")}})
        done("ask.done", `${text("ask.done")} ${mailText()}`)
      },
      h("p", {}, text("ask.lead")),
      field(text("ask.email"), {name: "email", type: "email", autocomplete: "email", required: true, maxlength: 254}),
      h("button", {}, text("ask.button")),
    )
  }

  /** @param {string} key of the title @param {string} sentence */
  function done(key, sentence) {
    place.replaceChildren()
    document.title = `${text(`${key}.title`)} · Voice2Face`
    heading.textContent = text(`${key}.title`)
    tell(outcome, sentence)
  }

  return h("section", {class: "narrow card"}, heading, outcome, place)
}
