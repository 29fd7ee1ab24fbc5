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
 * The window gets an event `gone`, whose `detail` is the path, where the API says that something was erased, such as by another tab.
 *
 * @param {string} method
 * @param {string} path
 * @param {Options} [options]
 */
export async function fetchAnswer(method, path, options) {
  try {
    return await withToken(token => request(method, path, {...options, token}))
  } catch (error) {
    if (error instanceof Problem && ["faces_erased", "not_found"].includes(error.code)) tellGone(path)
    throw error
  }
}

/** Tell the view that what it shows was erased meanwhile. @param {string} path */
export const tellGone = path => dispatchEvent(new CustomEvent("gone", {detail: path}))

/**
 * Do a piece of work in the name of the user, once more where it meets a token that has just ended.
 *
 * @template T
 * @param {(token: string) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withToken(work) {
  const token = await accessToken()
  try {
    return await work(token)
  } catch (error) {
    if (!isRefusedToken(error)) throw error
  }
  const next = await replace(token) // throws where another login has begun meanwhile, which must stay
  try {
    return await work(next)
  } catch (error) {
    if (isRefusedToken(error)) forget({isLost: true})
    throw error
  }
}

/** @param {unknown} error */
const isRefusedToken = error => error instanceof Problem && error.status === 401
