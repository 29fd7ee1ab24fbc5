// What a sound is like: how long it is, and its outline for the eye.

import {LARGEST, LONGEST} from "./limits.js"

const BARS = 60
/** Samples a second that are enough for an outline. */
const RATE = 8000
/** Decibels of full scale that are drawn as nothing. */
const FLOOR = -50

/** Return why a file cannot be a recording: empty, too_large, unreadable, wrong_kind or too_long; or nothing. @param {File} file */
export async function whyNot(file) {
  if (!file.size) return "empty"
  if (file.size > LARGEST) return "too_large"
  if (!(await isReadable(file))) return "unreadable"
  if (/^(image|text|font)\/|^application\/(pdf|json|zip|msword)/.test(file.type)) return "wrong_kind"
  return (await lengthOf(file)) > LONGEST + 0.2 ? "too_long" : ""
}

/** Tell whether there is something to read: a folder looks like a file until then. @param {File} file */
async function isReadable(file) {
  try {
    return (await file.slice(0, 1).arrayBuffer()).byteLength === 1
  } catch {
    return false
  }
}

/** Return the length that a file's header tells; 0 where the browser finds none. @param {Blob} file @returns {Promise<number>} */
async function lengthOf(file) {
  const address = URL.createObjectURL(file)
  const player = new Audio()
  try {
    return await new Promise(resolve => {
      player.onloadedmetadata = () => resolve(Number.isFinite(player.duration) ? player.duration : 0)
      player.onerror = () => resolve(0)
      setTimeout(() => resolve(0), 3000)
      player.src = address
    })
  } finally {
    player.removeAttribute("src")
    URL.revokeObjectURL(address)
  }
}

/**
 * Return the length in seconds and the outline, 60 heights of 0 to 1; null and none where this browser cannot decode it.
 *
 * @param {Blob} blob
 * @returns {Promise<{seconds: number | null, bars: number[]}>}
 */
export async function outlineOf(blob) {
  try {
    const sound = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(await blob.arrayBuffer())
    const samples = sound.getChannelData(0)
    const size = Math.ceil(samples.length / BARS)
    const levels = Array.from({length: BARS}, (_, i) => levelOf(samples.subarray(i * size, (i + 1) * size)))
    const highest = Math.max(...levels, FLOOR + 20)
    return {seconds: sound.duration, bars: levels.map(level => Math.max(0, (level - FLOOR) / (highest - FLOOR)))}
  } catch {
    return {seconds: null, bars: []}
  }
}

/** @param {Float32Array} samples */
function levelOf(samples) {
  let power = 0
  for (const sample of samples) power += sample * sample
  return 20 * Math.log10(Math.sqrt(power / (samples.length || 1)) + 1e-6)
}
