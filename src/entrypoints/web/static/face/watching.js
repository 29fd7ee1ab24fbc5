// Watches a job until it has ended: by its event stream, and by asking again and again where that breaks.

import {call} from "../app/api.js"
import {Problem} from "../app/problem.js"
import {SilentStream, eventsOf} from "./events.js"
import {wait} from "./waiting.js"

/** Seconds between two questions; while the service is away, each pause is twice as long as the one before. */
const [SHORTEST_PAUSE, LONGEST_PAUSE] = [1, 10]
const POLL_PAUSE = 3

/**
 * How far a job is, in the words of the API.
 *
 * @typedef {{job_id: string, state: string, status: string, stage: string | null, percent: number, place: number | null,
 *   error: string | null}} Job
 */

/** What is known of a job: how far it is; `away` if the service does not answer; `erased` at its end. @typedef {{job?: Job, away?: boolean, erased?: boolean}} News */

/**
 * Yield the news of a request's newest job until it has ended, the request is erased, or the signal.
 *
 * A service that is away is waited for. Throws a `Problem` that waiting does not solve.
 *
 * @param {string} requestId
 * @param {string} jobId
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<News>}
 */
export async function* watch(requestId, jobId, signal) {
  let lastId = ""
  let hasStream = true
  let pause = SHORTEST_PAUSE
  let beforeRetry = 0
  while (!signal.aborted) {
    try {
      if (hasStream && !isOffline()) {
        for await (const {name, id, data, retry} of eventsOf(`mz-request/${requestId}/events`, lastId, signal)) {
          if (name === "erased") return yield {erased: true}
          const job = JSON.parse(data)
          ;[lastId, jobId, pause, beforeRetry] = [id, job.job_id, SHORTEST_PAUSE, retry]
          yield {job}
          if (isOver(job)) return
        }
        await wait(beforeRetry, signal) // its process stops, so that another one is asked by and by
      }
    } catch (error) {
      if (error instanceof SilentStream) hasStream = false
      else if (!isTemporary(error, signal)) throw error
    }
    try {
      if (isOffline()) throw new Problem(0, {})
      const job = await call("GET", `mz-request/${requestId}/status/${jobId}`, {signal})
      if (!hasStream) pause = POLL_PAUSE
      yield {job}
      if (isOver(job)) return
    } catch (error) {
      if (!isTemporary(error, signal)) throw error
      lastId = "" // so that the stream tells at once that the service is back, even if the job is as it was
      if (!signal.aborted) yield {away: true}
    }
    await wait(pause, signal)
    pause = Math.min(pause * 2, LONGEST_PAUSE)
  }
}

/** Whether there is no network; a service on this computer needs none. */
const isOffline = () => !navigator.onLine && !/^(localhost$|127\.)/.test(location.hostname)

/** @param {Job} job */
const isOver = job => job.state === "succeeded" || job.state === "failed"

/** @param {unknown} error @param {AbortSignal} signal */
const isTemporary = (error, signal) => signal.aborted || (error instanceof Problem && error.isTemporary)
