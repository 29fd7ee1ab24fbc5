// Erases a request.

import {call} from "../app/api.js"
import {Problem} from "../app/problem.js"
import {text} from "../app/texts.js"
import {confirmed} from "../components/confirm-dialog.js"

/** Erase a request if the user agrees; tell whether it is gone. @param {string} id */
export async function erased(id) {
  const question = {title: text("faces.delete.title"), lead: text("faces.delete.lead"), button: text("faces.delete.button")}
  if (!(await confirmed(question))) return false
  try {
    await call("DELETE", `mz-request/${id}`)
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 404) throw error // else another tab was first
  }
  return true
}
