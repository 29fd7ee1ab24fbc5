// The recording that is not sent yet. It lies in this browser until the service has it.

import {newKey} from "../app/keys.js"

const NAME = "recordings"
const ONLY = "newest"
const HINT = "has-recording"

/**
 * The sound is kept as bytes: Safari cannot read a Blob again that was taken from its store and put there once more.
 * `state` is `new`, or `sending` from when the user has agreed until the service has it; `answers` are what is sent beside it,
 * under the Idempotency-Key `key`, which was made at `sentAt`.
 *
 * @typedef {{id: string, bytes: ArrayBuffer, type: string, name: string, madeAt: number, seconds: number | null, bars: number[], voiceSeconds: number | null,
 *   state: "new" | "sending", answers: Record<string, any> | null, key: string, sentAt: number}} Recording
 */

/** Where the browser keeps nothing (some private windows), it is here as long as the page is open. @type {Recording | null} */
let inMemory = null

/** Whether the recording is lost when this page is closed. */
export const isOnlyHere = () => inMemory !== null

/** Keep a recording in place of the one before. @param {Blob} blob @param {Partial<Recording>} [fields] what is known of it */
export async function keep(blob, fields = {}) {
  const bytes = await blob.arrayBuffer()
  /** @type {Recording} */
  const recording = {
    ...{id: newKey(), bytes, type: blob.type, name: "", madeAt: Date.now(), seconds: null, bars: [], voiceSeconds: null},
    ...{state: "new", answers: null, key: "", sentAt: 0},
    ...fields,
  }
  inMemory = (await write(() => recording)) ? null : recording
  return recording
}

/** Return the sound of a recording. @param {Recording} recording */
export const soundOf = ({bytes, type}) => new Blob([bytes], {type})

/** Return the recording; null where there is none. @returns {Promise<Recording | null>} */
export async function kept() {
  if (inMemory) return inMemory
  try {
    if (!localStorage.getItem(HINT)) return null
    const recording = await inStore((_, found) => found, "readonly")
    setHint(recording !== null)
    return recording
  } catch {
    return null // the browser keeps nothing here
  }
}

/** Change a recording, if it is still the one that is kept; tell whether the browser has written that. @param {string} id @param {Partial<Recording>} fields */
export const change = (id, fields) => rewrite(found => (found?.id === id ? {...found, ...fields} : found))

/**
 * Begin to send a recording with these answers, unless another tab has begun: then its answers and key count.
 *
 * Return the recording as it is sent; null where it is not kept any more, because it was sent or deleted elsewhere; and
 * undefined where the browser cannot write the key, without which a tab that is closed and opened again would send it twice.
 *
 * @param {string} id
 * @param {Record<string, any>} answers
 */
export async function agree(id, answers) {
  /** @type {Recording | null} */
  let agreed = null
  const isWritten = await rewrite(found => {
    agreed = found?.id === id ? begun(found, answers) : null
    return agreed ?? found
  })
  return isWritten ? /** @type {Recording | null} */ (agreed) : undefined
}

/** Return a recording that is sent with these answers: the same ones, sent again, are the same call. @param {Recording} found @param {Record<string, any>} answers @returns {Recording} */
function begun(found, answers) {
  if (found.state === "sending") return found
  const isSame = found.key && JSON.stringify(found.answers) === JSON.stringify(answers)
  const call = isSame ? {} : {key: newKey(), sentAt: Date.now()}
  return {...found, answers, ...call, state: "sending"}
}

/** Forget a recording, if it is still the one that is kept; tell whether the browser has done that. @param {string} id */
export const forget = id => rewrite(found => (found?.id === id ? null : found))

/** Forget the recording, whichever it is: a user who leaves this browser leaves no voice in it. */
export async function forgetAny() {
  const recording = await kept()
  if (recording) await forget(recording.id)
}

/** @param {(found: Recording | null) => Recording | null} changed */
async function rewrite(changed) {
  if (!inMemory) return write(changed)
  inMemory = changed(inMemory)
  return true
}

/**
 * Read and write in one transaction, as another tab may do the same; tell whether that worked. Some errors pass by
 * themselves, so it is tried twice.
 *
 * @param {(found: Recording | null) => Recording | null} changed
 */
async function write(changed) {
  for (let tries = 0; tries < 2; tries++) {
    try {
      const left = await inStore((store, found) => {
        const recording = changed(found)
        if (recording) store.put(recording, ONLY)
        else store.delete(ONLY)
        return recording
      })
      setHint(left !== null)
      return true
    } catch {
      // The browser keeps nothing here, or not now.
    }
  }
  return false
}

/**
 * Do something in the store, and return the outcome once it is safe; `work` gets what is in the store.
 *
 * @param {(store: IDBObjectStore, found: Recording | null) => Recording | null} work
 * @param {IDBTransactionMode} [mode]
 * @returns {Promise<Recording | null>}
 */
async function inStore(work, mode = "readwrite") {
  const database = await openDatabase()
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(NAME, mode)
      const store = transaction.objectStore(NAME)
      /** @type {Recording | null} */
      let outcome = null
      const search = store.get(ONLY)
      search.onsuccess = () => (outcome = work(store, search.result ?? null))
      transaction.oncomplete = () => resolve(outcome)
      transaction.onabort = () => reject(transaction.error)
    })
  } finally {
    database.close()
  }
}

/** @returns {Promise<IDBDatabase>} */
const openDatabase = () =>
  new Promise((resolve, reject) => {
    const opening = indexedDB.open(NAME, 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore(NAME)
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(opening.error)
  })

/** Remember that there is a recording: visitors without one need not open the store. @param {boolean} isThere */
function setHint(isThere) {
  if (isThere) localStorage.setItem(HINT, "yes")
  else localStorage.removeItem(HINT)
}
