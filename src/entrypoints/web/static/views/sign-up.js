// Sign up. A guest who does so keeps what was made.

import {call} from "../app/api.js"
import {find, h} from "../app/dom.js"
import {nextPath, withNext} from "../app/next.js"
import {Problem} from "../app/problem.js"
import {request} from "../app/request.js"
import {go, hrefOf} from "../app/router.js"
import {hasSession, isGuest, logIn} from "../app/session.js"
import {mailText, text} from "../app/texts.js"
import {field, form, valueOf} from "../components/form.js"
import {notice, tell, tellProblem} from "../components/notice.js"
import {newPassword} from "../components/password.js"
import {genderChoices} from "../components/picture-choice.js"
import {agreement, notices} from "../components/privacy-notice.js"

export const title = "sign_up.title"
export const styles = "account"

export function view() {
  const place = h("div", {class: "stack"}, h("p", {class: "hint"}, text("sign_up.loading")))
  const outcome = notice()
  void fill(place, outcome)
  return h("section", {class: "narrow"}, h("h1", {}, text(title)), outcome, place)
}

/** @param {HTMLElement} place @param {HTMLElement} outcome */
async function fill(place, outcome) {
  if (hasSession() && !isGuest()) {
    place.replaceChildren(h("p", {}, text("sign_up.here")), h("a", {class: "button", href: hrefOf("me")}, text("sign_up.me")))
    return
  }
  try {
    const {current, youngest} = await notices()
    tell(outcome, "")
    const draw = () => place.replaceChildren(...toSignUp(current, youngest, guestIsOver))
    const guestIsOver = () => {
      draw()
      tell(outcome, text("sign_up.guest_over"), {isBad: true})
    }
    draw()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    tellProblem(outcome, error)
    place.replaceChildren(h("button", {type: "button", onclick: () => fill(place, outcome)}, text("sign_up.again")))
  }
}

/** @param {string} version @param {number} youngest @param {() => void} guestIsOver */
function toSignUp(version, youngest, guestIsOver) {
  const isKept = isGuest()
  /** The account once it is made: if only the login fails, the next try must not sign up again. @type {[string, string] | null} */
  let made = null

  /** @param {HTMLFormElement} element */
  async function signUp(element) {
    const email = valueOf(element, "email")
    const password = valueOf(element, "password")
    const person = isKept ? {} : {age: Number(valueOf(element, "age")), gender: valueOf(element, "gender")}
    try {
      await send({email, password, ...person, notice_version: version})
    } catch (error) {
      if (!isKept || isGuest()) throw error
      return guestIsOver() // its day has passed, or it was ended elsewhere
    }
    made = [email, password]
  }

  return [
    h("p", {}, text(isKept ? "sign_up.guest" : "sign_up.lead")),
    form(
      async element => {
        if (!made) await signUp(element)
        if (!made) return
        await logIn(...made)
        await go(nextPath(), {replace: true})
        welcome(text(isKept ? "sign_up.done.guest" : "sign_up.done"))
      },
      field(text("sign_up.email"), {name: "email", type: "email", autocomplete: "username", required: true, maxlength: 254}, text("sign_up.email.hint")),
      ...newPassword(text("sign_up.password")),
      ...(isKept ? [] : person(youngest)),
      ...agreement(version),
      h("button", {}, text("sign_up.button")),
    ),
    h("p", {}, text("sign_up.have"), " ", h("a", {href: hrefOf(withNext("log-in"))}, text("sign_up.log_in"))),
  ]
}

/** Say above the view that comes next what has happened. @param {string} sentence */
function welcome(sentence) {
  const place = notice()
  place.classList.add("wide")
  find("main").prepend(place)
  tell(place, `${sentence} ${mailText()}`)
}

/** Make the account: a guest's token says whose results it keeps. @param {Record<string, any>} fields */
async function send(fields) {
  if (isGuest()) await call("POST", "users", {fields})
  else await request("POST", "users", {fields})
}

/** @param {number} youngest @returns {HTMLElement[]} */
const person = youngest => [
  field(text("sign_up.age"), {name: "age", type: "number", inputmode: "numeric", required: true, min: youngest, max: 120}, text("sign_up.person.hint")),
  h(
    "fieldset",
    {},
    h("legend", {}, text("sign_up.gender")),
    h("div", {class: "choices"}, ...genderChoices()),
  ),
]
