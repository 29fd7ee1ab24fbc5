// Erases a request, with all that was made of it.

import {call} from "../app/api.js"
import {Problem} from "../app/problem.js"
import {text} from "../app/texts.js"
import {ask} from "../components/dialog.js"

/** Ask whether to erase a request, and erase it. @param {string} id @param {() => void} erased */
export const askToErase = (id, erased) =>
  askAbout({title: text("face.erase.question"), lead: text("face.erase.lead"), button: text("face.erase.yes")}, id, erased)

/** Ask whether to stop making faces, and erase their request. @param {string} id @param {() => void} erased */
export const askToCancel = (id, erased) =>
  askAbout({title: text("watch.cancel.question"), lead: text("watch.cancel.lead"), button: text("watch.cancel.yes")}, id, erased)

/** @param {{title: string, lead: string, button: string}} question @param {string} id @param {() => void} erased */
const askAbout = (question, id, erased) => ask({...question, work: () => erase(id), done: erased})

/** @param {string} id */
async function erase(id) {
  try {
    await call("DELETE", `mz-request/${id}`)
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 404) throw error // it is erased already
  }
}
