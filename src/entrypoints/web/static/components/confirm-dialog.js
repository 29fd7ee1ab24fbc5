// Questions before something that cannot be undone.

import {find, h} from "../app/dom.js"
import {text} from "../app/texts.js"

/**
 * Ask, and tell whether the user agrees. The first button that is reached by the keyboard changes nothing.
 *
 * @param {{title: string, lead: string, button: string}} question
 * @returns {Promise<boolean>}
 */
export function confirmed({title, lead, button}) {
  return new Promise(resolve => {
    const dialog = modal(
      title,
      h("p", {}, lead),
      h(
        "div",
        {class: "row"},
        h("button", {type: "button", class: "quiet", onclick: () => dialog.close()}, text("dialog.cancel")),
        h("button", {type: "button", class: "danger", onclick: () => dialog.close("yes")}, button),
      ),
    )
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"))
  })
}

/** Open a dialog, which is removed when it is closed, and with its view. @param {string} title @param {...any} children @returns {HTMLDialogElement} */
export function modal(title, ...children) {
  const dialog = h("dialog", {class: "stack", "aria-labelledby": "dialog-title"}, h("h2", {id: "dialog-title"}, title), ...children)
  dialog.addEventListener("close", () => dialog.remove())
  find("main").append(dialog)
  dialog.showModal()
  return dialog
}
