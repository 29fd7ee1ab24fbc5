// A request and its results, as the views need them.

import {call} from "../app/api.js"

/** Return a request and its results, newest first. @param {string} requestId @returns {Promise<{request: any, results: any[]}>} */
export async function load(requestId) {
  const path = `mz-request/${requestId}`
  const [{mz_request: request}, {mz_result_list: results}] = await Promise.all([call("GET", path), call("GET", `${path}/mz-result`)])
  return {request, results}
}

/** @param {string} requestId @param {string} resultId */
export const loadResult = async (requestId, resultId) =>
  (await call("GET", `mz-request/${requestId}/mz-result/${resultId}`)).mz_result
