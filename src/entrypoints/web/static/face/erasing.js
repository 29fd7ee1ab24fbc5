// Erases a request, with all that was made of it.

import {call} from "../app/api.js"
import {Problem} from "../app/problem.js"
import {text} from "../app/texts.js"
import {ask} from "../components/dialog.js"

/** Ask whether to erase a request, and erase it. @param {string} id @param {() => void} erased */
export const askToErase = (id, erased) => askAbout("face.erase", id, erased)

/** Ask whether to stop making faces, and erase their request. @param {string} id @param {() => void} erased */
export const askToCancel = (id, erased) => askAbout("watch.cancel", id, erased)

/** @param {string} key @param {string} id @param {() => void} erased */
const askAbout = (key, id, erased) =>
  ask({title: text(`${key}.question`), lead: text(`${key}.lead`), button: text(`${key}.yes`), work: () => erase(id), done: erased})

/** @param {string} id */
async function erase(id) {
  try {
    await call("DELETE", `mz-request/${id}`)
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 404) throw error // it is erased already
  }
}
