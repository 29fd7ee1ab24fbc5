// Server-sent events (HTML standard, section 9.2). An `EventSource` could not send the token.

import {fetchAnswer} from "../app/api.js"
import {Problem} from "../app/problem.js"

/** Seconds without a byte after which a stream is broken: the service sends one every 15 s. */
const SILENCE = 25

/** `retry`: seconds to wait before the stream is opened again, if it ends. @typedef {{name: string, id: string, data: string, retry: number}} ServerEvent */

/** A stream that is open and brings nothing, as behind a proxy that keeps it back. */
export class SilentStream extends Error {}

/**
 * Yield the events of a call until its stream ends; throws a `Problem`, and `SilentStream`.
 *
 * @param {string} path
 * @param {string} lastId of the event that was seen last, which is not sent again
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<ServerEvent>}
 */
export async function* eventsOf(path, lastId, signal) {
  const stop = new AbortController()
  const stopped = () => stop.abort()
  signal.addEventListener("abort", stopped)
  /** Why the stream was broken off here. @type {Error | null} */
  let reason = null
  const breakOff = (/** @type {Error} */ error) => {
    reason = error
    stop.abort()
  }
  let timer = 0
  const listen = () => {
    clearTimeout(timer)
    timer = setTimeout(() => breakOff(new SilentStream()), SILENCE * 1000)
  }
  addEventListener("offline", () => breakOff(new Problem(0, {})), {signal: stop.signal})
  try {
    listen()
    const headers = /** @type {Record<string, string>} */ (lastId ? {"Last-Event-ID": lastId} : {})
    const answer = await fetchAnswer("GET", path, {signal: stop.signal, headers})
    let rest = ""
    for await (const piece of piecesOf(answer)) {
      listen()
      const blocks = (rest + piece).split("\n\n")
      rest = blocks.pop() ?? ""
      yield* blocks.map(parse).filter(event => event.data !== "")
    }
  } catch (error) {
    throw reason ?? error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener("abort", stopped)
    stop.abort()
  }
}

/** Yield the text of an answer as it comes. @param {Response} answer */
async function* piecesOf(answer) {
  const reader = answer.body?.getReader()
  const decoder = new TextDecoder()
  while (reader) {
    const {done, value} = await reader.read().catch(brokenOff)
    if (done) return
    yield decoder.decode(value, {stream: true}).replaceAll("\r", "")
  }
}

/** @param {unknown} error @returns {never} */
function brokenOff(error) {
  throw error instanceof TypeError ? new Problem(0, {}) : error
}

/** Return the event of a block of lines; its data is empty if the block is a comment. @param {string} block @returns {ServerEvent} */
function parse(block) {
  const event = {name: "message", id: "", data: "", retry: 0}
  for (const line of block.split("\n")) {
    const [, field, value] = /^(\w+): ?(.*)$/.exec(line) ?? []
    if (field === "event") event.name = value
    else if (field === "id") event.id = value
    else if (field === "retry") event.retry = Number(value) / 1000
    else if (field === "data") event.data += (event.data && "\n") + value
  }
  return event
}
