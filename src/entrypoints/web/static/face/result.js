// A request and its results, as the views need them.

import {call} from "../app/api.js"
import {Problem} from "../app/problem.js"

/** @typedef {(method: string, path: string, options?: import("../app/request.js").Options) => Promise<any>} CallResult */

/** Return a request and its results, newest first. @param {string} requestId @returns {Promise<{request: any, results: any[]}>} */
export async function load(requestId) {
  const path = `mz-request/${requestId}`
  const [{mz_request: request}, {mz_result_list: results}] = await Promise.all([call("GET", path), call("GET", `${path}/mz-result`)])
  return {request, results}
}

/**
 * Return a function that calls the API about the results of a request: `callResult("POST", `/${id}/shares`)`.
 *
 * It calls `gone`, too, where the faces were erased meanwhile, such as in another tab.
 *
 * @param {string} requestId
 * @param {() => void} gone
 * @returns {CallResult}
 */
export const resultCaller = (requestId, gone) => async (method, path, options) => {
  try {
    return await call(method, `mz-request/${requestId}/mz-result${path}`, options)
  } catch (error) {
    if (error instanceof Problem && ["faces_erased", "not_found"].includes(error.code)) gone()
    throw error
  }
}

/** @param {string} requestId @param {string} resultId */
export const loadResult = async (requestId, resultId) =>
  (await call("GET", `mz-request/${requestId}/mz-result/${resultId}`)).mz_result
