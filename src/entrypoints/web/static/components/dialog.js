// A question before something that cannot be undone.

import {h} from "../app/dom.js"
import {text} from "../app/texts.js"
import {form} from "./form.js"

/**
 * Ask whether to do `work`, do it, close, and call `done`; what goes wrong is told in the dialog, which then stays.
 *
 * @param {{title: string, lead: string, button: string, work: () => Promise<void>, done: () => void}} options
 */
export function ask({title, lead, button, work, done}) {
  const dialog = h(
    "dialog",
    {"aria-labelledby": "question", "aria-describedby": "question-lead"},
    form(
      async () => {
        await work()
        dialog.close() // gives the focus back, so what moves it comes after
        done()
      },
      h("h2", {id: "question"}, title),
      h("p", {id: "question-lead"}, lead),
      h(
        "div",
        {class: "row"},
        h("button", {type: "button", class: "quiet", onclick: () => dialog.close(), autofocus: true}, text("dialog.no")),
        h("button", {}, button),
      ),
    ),
  )
  dialog.addEventListener("close", () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}
