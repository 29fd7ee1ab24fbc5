// Tells by a notification of the browser that faces are done, also after the view was left, while the tab is open.

import {fileAddress} from "../app/addresses.js"
import {call} from "../app/api.js"
import {Problem} from "../app/problem.js"
import {go, hrefOf} from "../app/router.js"
import {text} from "../app/texts.js"
import {wait} from "./waiting.js"

/** Seconds between two questions. An event stream for each job would take the connections that the page needs: browsers open six. */
const PAUSE = 5

/** @type {Set<string>} */
const watched = new Set()

/** Whether this browser has notifications, and the user has not refused them. */
export const canNotify = () => "Notification" in globalThis && Notification.permission !== "denied"

/** Whether a notification will come. @param {string} requestId */
export const willNotify = requestId => watched.has(requestId)

/** Ask for permission, and notify once the newest job has ended; false where the user refuses. @param {string} requestId @param {string} jobId */
export async function notifyWhenDone(requestId, jobId) {
  if ((await Notification.requestPermission()) !== "granted") return false
  if (!watched.has(requestId)) void follow(requestId, jobId)
  return true
}

/** @param {string} requestId @param {string} jobId */
async function follow(requestId, jobId) {
  watched.add(requestId)
  const {signal} = new AbortController()
  try {
    for (;;) {
      await wait(PAUSE, signal)
      const state = await stateOf(`mz-request/${requestId}/status/${jobId}`)
      if (state === "succeeded") return await notify(text("face.ready"), requestId)
      if (state === "failed") return await notify(text("face.failed.title"), requestId)
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error // an erased request, or an ended session: nothing to tell
  } finally {
    watched.delete(requestId)
  }
}

/** Return the state of a job; none while the service cannot be reached. @param {string} path */
async function stateOf(path) {
  try {
    return (await call("GET", path)).state
  } catch (error) {
    if (error instanceof Problem && error.isTemporary) return ""
    throw error
  }
}

/** @param {string} title @param {string} requestId */
async function notify(title, requestId) {
  if (document.visibilityState === "visible" && location.pathname === hrefOf(`faces/${requestId}`)) return
  const path = `faces/${requestId}`
  const options = {tag: requestId, icon: fileAddress("icons/icon.svg").href, data: hrefOf(path)}
  try {
    const notification = new Notification(title, options)
    notification.onclick = () => {
      notification.close()
      window.focus()
      void go(path)
    }
  } catch {
    // Chrome on Android shows notifications of service workers only; the worker opens `data` at a press.
    await (await navigator.serviceWorker?.getRegistration())?.showNotification(title, options)
  }
}
