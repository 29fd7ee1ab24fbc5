// Calls of the API in the name of the user.

import {Problem} from "./problem.js"
import {bodyOf, request} from "./request.js"
import {accessToken, forget, replace} from "./session.js"

/** @typedef {import("./request.js").Options} Options */

/**
 * Call the API and return its answer's body; throws a `Problem`.
 *
 * @param {string} method
 * @param {string} path such as `users/sessions`
 * @param {Options} [options]
 */
export const call = async (method, path, options) => bodyOf(await fetchAnswer(method, path, options))

/**
 * Call the API and return the answer itself, for streams and files; throws a `Problem`.
 *
 * @param {string} method
 * @param {string} path
 * @param {Options} [options]
 */
export async function fetchAnswer(method, path, options) {
  const token = await accessToken()
  try {
    return await request(method, path, {...options, token})
  } catch (error) {
    if (!isRefusedToken(error)) throw error
  }
  try {
    return await request(method, path, {...options, token: await replace(token)})
  } catch (error) {
    if (isRefusedToken(error)) forget({isLost: true})
    throw error
  }
}

/** @param {unknown} error */
const isRefusedToken = error => error instanceof Problem && error.status === 401
