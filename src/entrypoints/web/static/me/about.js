// Who the user is.

import {call} from "../app/api.js"
import {h} from "../app/dom.js"
import {hrefOf} from "../app/router.js"
import {dateText, mailText, text} from "../app/texts.js"
import {form} from "../components/form.js"
import {notice, tell} from "../components/notice.js"
import {facts, part} from "./part.js"

/**
 * @param {{age: number, gender: string, guest?: boolean, email_confirmed?: boolean, erase_at?: string}} user
 * @param {string} email
 */
export function about(user, email) {
  const stated = text("about.person.value", {age: user.age, gender: text(`gender.${user.gender}`)})
  if (user.guest)
    return part(
      "about.guest",
      h("p", {}, text("about.guest.lead", {date: user.erase_at ? dateText(user.erase_at) : ""})),
      h("a", {class: "button", href: hrefOf("sign-up?next=me")}, text("about.guest.button")),
      facts([[text("about.person"), stated]]),
    )
  return part(
    "about.title",
    facts([
      [text("about.email"), email],
      [text("about.confirmed"), text(user.email_confirmed ? "about.confirmed.yes" : "about.confirmed.no")],
      [text("about.person"), stated],
    ]),
    h("p", {class: "hint"}, text("about.person.hint")),
    !user.email_confirmed && confirmation(),
  )
}

/** Return the button for another mail. */
function confirmation() {
  const outcome = notice()
  const element = form(
    async () => {
      await call("POST", "users/email/confirmation-mail")
      element.remove()
      tell(outcome, `${text("about.mail.sent")} ${mailText()}`)
    },
    h("button", {class: "quiet"}, text("about.mail")),
  )
  return h("div", {}, element, outcome)
}
