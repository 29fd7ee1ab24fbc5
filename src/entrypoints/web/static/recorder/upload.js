// Sends a recording once. XMLHttpRequest tells how far it is, which fetch does not.

import {apiAddress} from "../app/addresses.js"
import {Problem} from "../app/problem.js"
import {language} from "../app/texts.js"

/** Seconds without any progress after which a connection is taken for dead. */
const PATIENCE = 60

/**
 * Send a recording, and return the ids of the request; throws a `Problem`, or an `AbortError` once `signal` says so.
 *
 * @param {{blob: Blob, answers: Record<string, any>, key: string, token: string, signal: AbortSignal, onProgress: (part: number) => void}} parcel
 * @returns {Promise<{mz_request_id: string, mz_result_id: string}>}
 */
export function upload({blob, answers, key, token, signal, onProgress}) {
  return new Promise((resolve, reject) => {
    const sender = new XMLHttpRequest()
    sender.open("POST", apiAddress("mz-request"))
    sender.responseType = "json"
    for (const [name, value] of Object.entries({"Accept-Language": language, "Idempotency-Key": key, Token: token}))
      sender.setRequestHeader(name, value)

    const patience = timer(PATIENCE, () => sender.abort())
    const cancel = () => {
      reject(signal.reason)
      sender.abort()
    }
    signal.addEventListener("abort", cancel)
    sender.upload.addEventListener("progress", event => {
      patience.restart()
      onProgress(event.loaded / event.total)
    })
    sender.addEventListener("loadend", () => {
      patience.end()
      signal.removeEventListener("abort", cancel)
      if (sender.status === 201) return resolve(sender.response)
      const wait = sender.status ? sender.getResponseHeader("Retry-After") : null
      reject(new Problem(sender.status, sender.response ?? {}, new Headers(wait === null ? {} : {"Retry-After": wait})))
    })

    const form = new FormData()
    for (const [name, value] of Object.entries(answers)) if (value !== null) form.append(name, String(value))
    form.append("file", blob, "recording")
    sender.send(form)
  })
}

/** Return a timer that can begin anew. @param {number} seconds @param {() => void} work */
function timer(seconds, work) {
  let running = setTimeout(work, seconds * 1000)
  return {
    restart: () => {
      clearTimeout(running)
      running = setTimeout(work, seconds * 1000)
    },
    end: () => clearTimeout(running),
  }
}
