// A short survey about one result.

import {call} from "../app/api.js"
import {h} from "../app/dom.js"
import {text} from "../app/texts.js"
import {form} from "./form.js"
import {notice, tell} from "./notice.js"

const LONGEST = 2000

/** @param {any} result @returns {HTMLElement} */
export function surveyForm(result) {
  const outcome = notice()
  const title = text(result.survey ? "survey.again" : "survey.title")
  const asked = form(
    async element => {
      const given = [...new FormData(element)].map(([name, answer]) => [name, String(answer).trim()])
      const fields = Object.fromEntries(given.filter(([, answer]) => answer))
      if (!Object.keys(fields).length) return tell(outcome, text("survey.empty"), {isBad: true})
      await call("POST", `mz-request/${result.mz_request_id}/mz-result/${result.id}`, {fields})
      asked.remove()
      tell(outcome, text("survey.thanks"))
    },
    h(
      "fieldset",
      {},
      h("legend", {}, text("survey.recommend")),
      h("div", {class: "row"}, ...["yes", "maybe", "no"].map(answer => choice(answer))),
    ),
    longAnswer("image_rating_reason", text("survey.reason")),
    longAnswer("opinion", text("survey.opinion")),
    h("button", {}, text("survey.button")),
  )
  return h("details", {class: "card"}, h("summary", {}, title), h("div", {class: "stack"}, h("p", {class: "hint"}, text("survey.lead")), asked, outcome))
}

/** @param {string} answer @returns {HTMLElement} */
const choice = answer => h("label", {class: "check"}, h("input", {type: "radio", name: "recommend", value: answer}), text(`survey.recommend.${answer}`))

/** @param {string} name @param {string} label @returns {HTMLElement} */
const longAnswer = (name, label) =>
  h("div", {class: "field"}, h("label", {for: name}, label), h("textarea", {id: name, name, rows: 3, maxlength: LONGEST}))
