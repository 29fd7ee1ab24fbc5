// The microphone: asked for on a button only, and let go as soon as possible.

/** Browsers improve voices for calls; that bends what the service measures, so the sound is taken as it comes. */
const AS_IT_COMES = {echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: {ideal: 1}}

/** Why each error of `getUserMedia` happens. @type {Record<string, string>} */
const REASONS = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "none",
  OverconstrainedError: "none",
}

/** There is no sound; `reason` says why: insecure, unsupported, denied, none, busy, unplugged or hidden. */
export class MicrophoneFault extends Error {
  /** @param {string} reason */
  constructor(reason) {
    super(reason)
    this.reason = reason
  }
}

/** The id of the microphone that the user chose; empty for the browser's own choice. */
let chosen = ""
/** The id of the one that was opened last, or chosen after that. */
let used = ""

/** Return why this browser cannot record here, as `MicrophoneFault` has it; empty where it can. */
export function whyNoRecording() {
  if (!isSecureContext) return "insecure"
  return navigator.mediaDevices && "MediaRecorder" in window ? "" : "unsupported"
}

/** Return the sound of the microphone, after the browser has asked the user; throws a `MicrophoneFault`. */
export async function openMicrophone() {
  try {
    const audio = {...AS_IT_COMES, ...(chosen && {deviceId: {ideal: chosen}})}
    const stream = await navigator.mediaDevices.getUserMedia({audio})
    used = stream.getAudioTracks()[0]?.getSettings().deviceId ?? ""
    return stream
  } catch (error) {
    throw new MicrophoneFault(REASONS[/** @type {Error} */ (error).name] ?? "busy")
  }
}

/**
 * Do what not every browser can do with the sound, although it says so; throws a `MicrophoneFault` where it cannot.
 *
 * @template T
 * @param {() => T} work
 */
export function ifSupported(work) {
  try {
    return work()
  } catch (error) {
    if (error instanceof DOMException) throw new MicrophoneFault("unsupported")
    throw error
  }
}

/** Stop to listen: the browser's sign goes out. @param {MediaStream} stream */
export const letGo = stream => stream.getTracks().forEach(track => track.stop())

/**
 * Return the microphones to choose from; browsers name them after the first permission only, until then there are none.
 *
 * @returns {Promise<Array<{id: string, label: string, isChosen: boolean}>>}
 */
export async function microphones() {
  const devices = await navigator.mediaDevices.enumerateDevices()
  const named = devices.filter(({kind, label}) => kind === "audioinput" && label)
  const shown = named.some(({deviceId}) => deviceId === used) ? used : named[0]?.deviceId
  return named.map(({deviceId, label}) => ({id: deviceId, label, isChosen: deviceId === shown}))
}

/** Use this one from now on. @param {string} id */
export const chooseMicrophone = id => (chosen = used = id)
