// Why faces could not be made. The API says it in English; the other languages have texts of their own.

import {hasText, text} from "../app/texts.js"

/** The beginnings of the API's sentences, and the keys of their texts. @type {Array<[beginning: string, key: string]>} */
const SENTENCES = [
  ["Making your faces took too long.", "too_long"],
  ["Making your faces was interrupted too often.", "interrupted"],
  ["Something broke while making your faces.", "broken"],
  ["Drawing the face took too long.", "too_long"],
  ["Drawing the face stopped unexpectedly.", "interrupted"],
  ["The recording is no longer there.", "no_recording"],
  ["The recording is gone.", "no_recording"],
  ["The face model is not available.", "model_away"],
  ["The face model took too long.", "too_long"],
  ["The face model gave an answer that we cannot use.", "model_away"],
  ["The face model could not make a face from this recording.", "unusable"],
  ["There is no portrait to compare your face with.", "no_gallery"],
  ["The portrait to compare your face with is gone.", "interrupted"],
  ["The portrait was made, but the video could not be made.", "no_video"],
  ["You have withdrawn your consent", "withdrawn"],
  ["Your recordings and faces may take", "full"],
  ["A guest has no room for more files.", "guest_full"],
]

/** Return a sentence of the API in the language of the page. @param {string | null} sentence */
export function failureText(sentence) {
  const [, name] = SENTENCES.find(([beginning]) => sentence?.startsWith(beginning)) ?? [null, "other"]
  const key = `problem.failed.${name}`
  return hasText(key) ? text(key) : (sentence ?? "")
}
