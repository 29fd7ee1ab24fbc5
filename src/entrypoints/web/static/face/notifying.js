// Tells by a notification of the browser that faces are done, also after the view was left, while the tab is open.

import {fileAddress} from "../app/addresses.js"
import {Problem} from "../app/problem.js"
import {go, hrefOf} from "../app/router.js"
import {text} from "../app/texts.js"
import {watch} from "./watching.js"

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
  try {
    for await (const {job} of watch(requestId, jobId, new AbortController().signal)) {
      if (job?.state === "succeeded") await notify(text("face.ready"), requestId)
      if (job?.state === "failed") await notify(text("face.failed.title"), requestId)
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error // an erased request, or an ended session: nothing to tell
  } finally {
    watched.delete(requestId)
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
