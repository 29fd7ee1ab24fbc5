// Questions before something that cannot be undone.

import {find, h} from "../app/dom.js"
import {text} from "../app/texts.js"
import {form} from "./form.js"

/**
 * Ask whether to do `work`, do it, close, and call `done`; what goes wrong is told in the dialog, which then stays.
 *
 * The first button that is reached by the keyboard changes nothing.
 *
 * @param {{title: string, lead: string, button: string, work: () => Promise<void>, done?: () => void}} question
 */
export function ask({title, lead, button, work, done}) {
  const dialog = modal(
    title,
    h("p", {}, lead),
    form(
      async () => {
        await work()
        dialog.close() // gives the focus back, so what moves it comes after
        done?.()
      },
      h("div", {class: "row"}, goBack(), h("button", {class: "danger"}, button)),
    ),
  )
}

/** Return the button that closes the dialog around it. @returns {HTMLButtonElement} */
export const goBack = () => {
  const button = h("button", {type: "button", class: "quiet", onclick: () => isBusy(button.closest("dialog")) || button.closest("dialog").close()}, text("dialog.no"))
  return button
}

/**
 * Open a dialog, which is removed when it is closed, and with its view. It stays while its form is busy, since what goes
 * wrong is told in it.
 *
 * @param {string} title
 * @param {...any} children
 * @returns {HTMLDialogElement}
 */
export function modal(title, ...children) {
  const dialog = h("dialog", {class: "stack", "aria-labelledby": "dialog-title"}, h("h2", {id: "dialog-title"}, title), ...children)
  const closed = new AbortController()
  const stay = (/** @type {Event} */ event) => isBusy(dialog) && event.preventDefault()
  dialog.addEventListener("cancel", stay)
  // Chromium closes a dialog at the second Escape whatever the event `cancel` says.
  addEventListener("keydown", event => event.key === "Escape" && stay(event), {signal: closed.signal})
  dialog.addEventListener("close", () => {
    closed.abort()
    dialog.remove()
  })
  find("main").append(dialog)
  dialog.showModal()
  return dialog
}

/** @param {HTMLDialogElement} dialog */
const isBusy = dialog => dialog.querySelector("form[aria-busy]") !== null
