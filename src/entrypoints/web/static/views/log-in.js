// Log in; the view that asked for it comes next.

import {h} from "../app/dom.js"
import {nextPath, withNext} from "../app/next.js"
import {go, hrefOf} from "../app/router.js"
import {accessToken, emailOfUser, hasSession, isGuest, logIn} from "../app/session.js"
import {Problem} from "../app/problem.js"
import {text} from "../app/texts.js"
import {field, form, valueOf} from "../components/form.js"
import {currentPassword} from "../components/password.js"
import {leave} from "../me/leaving.js"

export const title = "log_in.title"
export const styles = "account"

export async function view() {
  const isUser = hasSession() && !isGuest() && (await isStillLoggedIn())
  return h("section", {class: "narrow"}, h("h1", {}, text(title)), ...(isUser ? whoIsHere() : toLogIn()))
}

/** Tell whether the session that the page knows of is still there. */
async function isStillLoggedIn() {
  try {
    return Boolean(await accessToken())
  } catch (error) {
    if (error instanceof Problem) return false
    throw error
  }
}

function toLogIn() {
  return [
    isGuest() && h("p", {class: "notice"}, text("log_in.guest"), " ", h("a", {href: hrefOf(withNext("sign-up"))}, text("log_in.keep"))),
    form(
      async element => {
        await logIn(valueOf(element, "email"), valueOf(element, "password"))
        await go(nextPath(), {replace: true})
      },
      field(text("log_in.email"), {name: "email", type: "email", autocomplete: "username", required: true, maxlength: 254}),
      ...currentPassword(text("log_in.password")),
      h("button", {}, text("log_in.button")),
    ),
    h("p", {}, h("a", {href: hrefOf("account/reset")}, text("log_in.forgotten"))),
    h("p", {}, text("log_in.new"), " ", h("a", {href: hrefOf(withNext("sign-up"))}, text("log_in.sign_up"))),
  ]
}

function whoIsHere() {
  return [
    h("p", {}, text("log_in.here", {email: emailOfUser()})),
    h("a", {class: "button", href: hrefOf(nextPath())}, text("log_in.go_on")),
    leave(text("log_in.other"), withNext("log-in")),
  ]
}
