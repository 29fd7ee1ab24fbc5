// The recording that is not sent yet. It lies in this browser until the service has it.

const NAME = "recordings"
const ONLY = "newest"
const HINT = "has-recording"

/**
 * `state` is `new`, or `sending` from when the user has agreed until the service has it; `answers` are what is sent beside it,
 * under the Idempotency-Key `key`.
 *
 * @typedef {{id: string, blob: Blob, name: string, madeAt: number, seconds: number | null, bars: number[], voiceSeconds: number | null,
 *   state: "new" | "sending", answers: Record<string, any> | null, key: string}} Recording
 */

/** Where the browser keeps nothing (some private windows), it is here as long as the page is open. @type {Recording | null} */
let inMemory = null

/** Whether the recording is lost when this page is closed. */
export const isOnlyHere = () => inMemory !== null

/** Keep a recording in place of the one before. @param {Omit<Recording, "id" | "madeAt" | "state" | "answers" | "key">} sound */
export async function keep(sound) {
  /** @type {Recording} */
  const recording = {...sound, id: newKey(), madeAt: Date.now(), state: "new", answers: null, key: ""}
  await write(() => recording)
  return recording
}

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

/** Change a recording, if it is still the one that is kept. @param {string} id @param {Partial<Recording>} fields */
export const change = (id, fields) => write(found => (found?.id === id ? {...found, ...fields} : found))

/** Forget a recording, if it is still the one that is kept. @param {string} id */
export const forget = id => write(found => (found?.id === id ? null : found))

/** Forget the recording, whichever it is: a user who leaves this browser leaves no voice in it. */
export async function forgetAny() {
  const recording = await kept()
  if (recording) await forget(recording.id)
}

/** Read and write in one transaction: another tab may do the same. @param {(found: Recording | null) => Recording | null} changed */
async function write(changed) {
  if (!inMemory) {
    try {
      const left = await inStore((store, found) => {
        const recording = changed(found)
        if (recording) store.put(recording, ONLY)
        else store.delete(ONLY)
        return recording
      })
      return setHint(left !== null)
    } catch {
      // The browser keeps nothing here.
    }
  }
  inMemory = changed(inMemory)
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

/** Return a key that no other recording has; it works without https, too. */
export const newKey = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), part => part.toString(16).padStart(8, "0")).join("")
