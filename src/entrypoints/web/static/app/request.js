// Calls of the API.

import {apiAddress} from "./addresses.js"
import {Problem} from "./problem.js"
import {language} from "./texts.js"

/**
 * What a call may carry: `fields` are sent as JSON; `token` says who calls; `key` is the Idempotency-Key of a call that may
 * be sent again.
 *
 * @typedef {{fields?: Record<string, any>, token?: string, key?: string, signal?: AbortSignal,
 *   headers?: Record<string, string>, keepalive?: boolean}} Options
 */

/**
 * Call the API and return its answer; throws a `Problem` for one that refuses, and where there is none.
 *
 * @param {string} method
 * @param {string} path such as `users/sessions`
 * @param {Options} [options]
 */
export async function request(method, path, {fields, token, key, signal, headers, keepalive} = {}) {
  let answer
  try {
    answer = await fetch(apiAddress(path), {
      method,
      signal,
      keepalive,
      headers: {
        "Accept-Language": language,
        ...(token && {Token: token}),
        ...(fields && {"Content-Type": "application/json"}),
        ...(key && {"Idempotency-Key": key}),
        ...headers,
      },
      body: fields && JSON.stringify(fields),
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error
    throw new Problem(0, {})
  }
  if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => ({})), answer.headers)
  return answer
}

/** Return an answer's body; null where it has none. @param {Response} answer @returns {Promise<any>} */
export const bodyOf = async answer => (answer.status === 204 ? null : answer.json())
