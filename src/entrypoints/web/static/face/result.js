// A request and its results, as the views need them.

import {call} from "../app/api.js"

/** Return a request and its results, newest first. @param {string} requestId @returns {Promise<{request: any, results: any[]}>} */
export async function load(requestId) {
  const {mz_request: request} = await call("GET", `mz-request/${requestId}`)
  return {request, results: [await loadResult(requestId, request.latest_mz_result_id)]}
}

/** @param {string} requestId @param {string} resultId */
export async function loadResult(requestId, resultId) {
  const {mz_result: result} = await call("GET", `mz-request/${requestId}/mz-result/${resultId}`)
  return {first: parseInt(result.id.slice(-1), 16) % 2 ? "voice" : "condition", ratings: {}, ...result}
}
