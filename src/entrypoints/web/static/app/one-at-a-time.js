// Lets one call at a time change the login, in all tabs of the page.

import {markRefreshing, refreshingSince} from "./kept-login.js"

/** How long a page waits for the answer to a refresh of a page before it, which was left before the answer came. */
const PATIENCE_MS = 10_000
const LOOK_AGAIN_MS = 100

/** @type {Promise<any>} */
let last = Promise.resolve()

/**
 * Do work that changes the login, while no other tab does.
 *
 * A refresh token that is used twice ends its session. A lock is not enough: it ends with its page, also in the middle of
 * a refresh, whose answer, with the new token, is then still on its way. A mark outlives the page. Browsers without
 * locks, as for pages that come by plain http, have the mark alone.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function oneAtATime(work) {
  const marked = async () => {
    await waitForMark()
    markRefreshing(true)
    try {
      return await work()
    } finally {
      markRefreshing(false)
    }
  }
  if (navigator.locks) return navigator.locks.request("login", marked)
  const result = last.then(marked)
  last = result.catch(() => {}) // the caller gets the error; the next one in the line must go on
  return result
}

/** Wait until the mark is gone or too old; however the clock jumps, no longer than patience lasts. */
async function waitForMark() {
  const begun = performance.now()
  for (;;) {
    const age = Date.now() - refreshingSince()
    if (age > PATIENCE_MS || performance.now() - begun > PATIENCE_MS) return
    await new Promise(resolve => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}
