// Sends ratings, the newest one of each face last.

import {call} from "../app/api.js"
import {Problem} from "../app/problem.js"

/** @typedef {import("./order.js").Kind} Kind */
/** @typedef {{type: Kind, rating: number, shown_first: Kind, named: boolean}} Rating */

/**
 * Return a function that sends a rating; it tells whether that has worked, and the problem where it has not.
 *
 * While one rating of a face is on its way, only the newest of the others waits.
 *
 * @param {{id: string, mz_request_id: string}} result
 * @param {(type: Kind, problem: Problem | null) => void} tell
 */
export function ratingSender({id, mz_request_id: requestId}, tell) {
  /** @type {Map<Kind, Rating>} */
  const waiting = new Map()
  /** @type {Set<Kind>} */
  const sending = new Set()

  return async (/** @type {Rating} */ rating) => {
    const {type} = rating
    waiting.set(type, rating)
    if (sending.has(type)) return
    sending.add(type)
    try {
      for (let next = waiting.get(type); next; next = waiting.get(type)) {
        waiting.delete(type)
        await call("PATCH", `mz-request/${requestId}/mz-result/${id}`, {fields: next, keepalive: true})
      }
      tell(type, null)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      tell(type, error)
    } finally {
      sending.delete(type)
    }
  }
}
