// Whose voice it is, how the face is to look, and the consent.

import {h} from "../app/dom.js"
import {countText, text} from "../app/texts.js"
import {valueOf} from "./form.js"
import {notice, tell} from "./notice.js"
import {genderChoices} from "./picture-choice.js"
import {privacyNotice} from "./privacy-notice.js"
import {wishesForm, wishesOf} from "./wishes-form.js"

const OLDEST = 120

/**
 * What the service says to all, and what it knows of the user; null for a visitor.
 *
 * @typedef {{notice_version: string, youngest: number}} Service
 * @typedef {{age: number, gender: string, guest?: boolean, retention?: Record<string, number | null>}} Account
 */

/**
 * Return a form that gives the answers in the words of the API.
 *
 * @param {{values: Record<string, any>, service: Service, account: Account | null, onAnswers: (answers: Record<string, any>) => void}} options
 * @returns {HTMLFormElement}
 */
export function aboutForm({values, service, account, onAnswers}) {
  const fault = notice()
  const age = h("input", {
    id: "age", name: "age", type: "number", inputmode: "numeric", min: service.youngest, max: OLDEST, required: true,
    autocomplete: "off", value: values.age, "aria-describedby": "age-hint",
  })
  const hasWishes = ["skin_tone", "hair_style", "hair_colour"].some(kind => values[kind]) || values.glasses
  const element = h(
    "form",
    {novalidate: true, class: "about stack"},
    h("div", {class: "field age"}, h("label", {for: "age"}, text("about-you.age")), age, h("p", {class: "hint", id: "age-hint"}, text("about-you.age.hint"))),
    h("fieldset", {class: "genders"}, h("legend", {}, text("about-you.gender")), ...genderChoices(values.gender)),
    h("details", {open: Boolean(hasWishes)}, h("summary", {}, text("about-you.wishes")), wishesForm(values)),
    h("section", {class: "card stack"}, h("h2", {}, text("about-you.what.title")), h("ul", {}, ...whatHappens(account).map(sentence => h("li", {}, sentence)))),
    h("p", {class: "consent"}, text("about-you.consent")),
    privacyNotice(service.notice_version),
    h("button", {class: "main"}, text("about-you.button")),
  )
  element.addEventListener("input", () => {
    age.removeAttribute("aria-invalid")
    tell(fault, "")
  })
  element.addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault()
    const years = age.valueAsNumber
    if (!Number.isInteger(years) || years < service.youngest || years > OLDEST)
      return mend(age, text("about-you.age.wrong", {youngest: service.youngest, oldest: OLDEST}))
    if (!valueOf(element, "gender")) return mend(element.querySelector("[name=gender]"), text("about-you.gender.missing"))
    onAnswers({age: years, gender: valueOf(element, "gender"), ...wishesOf(element), notice_version: service.notice_version})
  })

  /** Say beside an input what is wrong with it. @param {HTMLElement} input @param {string} sentence */
  function mend(input, sentence) {
    input.closest(".field, fieldset")?.append(fault)
    age.setAttribute("aria-invalid", String(input === age))
    tell(fault, sentence, {isBad: true})
    input.focus()
  }
  return element
}

/** Return what happens to the recording, in sentences. @param {Account | null} account */
function whatHappens(account) {
  const days = account?.retention ?? {}
  const recording = days.recordings_days
  const faces = days.faces_days
  return [
    text("about-you.what.made"),
    ...(account && !account.guest
      ? [
          recording ? countText("about-you.what.recording", recording) : text("about-you.what.recording.kept"),
          faces ? countText("about-you.what.faces", faces) : text("about-you.what.faces.kept"),
        ]
      : [text("about-you.what.guest")]),
    text("about-you.what.delete"),
  ]
}
