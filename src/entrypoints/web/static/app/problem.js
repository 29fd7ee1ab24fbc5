// What went wrong with a call, in a sentence for the reader.

import {hasText, text, waitText} from "./texts.js"

/** An answer that refuses, or none at all. */
export class Problem extends Error {
  /**
   * @param {number} status of the answer; 0 where there was none
   * @param {{code?: string, field?: string, error?: string}} body
   * @param {Headers} [headers]
   */
  constructor(status, body, headers) {
    const retryAfter = Number(headers?.get("Retry-After")) || null
    super(sentenceOf(status, body, retryAfter))
    this.status = status
    this.code = body.code ?? "unreachable"
    this.field = body.field ?? ""
    /** After how many seconds it is worth another try; null where the answer does not say. */
    this.retryAfter = retryAfter
  }

  /** Whether the same call may succeed later: the service was away, or it was busy. */
  get isTemporary() {
    return this.status === 0 || this.status >= 500 || this.status === 408 || this.status === 429
  }
}

/**
 * Return the text for the code and the field, for the code, or for its kind (`voice_…`); else what the API says.
 *
 * @param {number} status
 * @param {{code?: string, field?: string, error?: string}} body
 * @param {number | null} retryAfter
 */
function sentenceOf(status, body, retryAfter) {
  const code = body.code ?? (status === 0 ? "unreachable" : "broken")
  const kind = code.split("_", 1)[0]
  const key = [`problem.${code}.${body.field}`, `problem.${code}`, `problem.${kind}`].find(hasText)
  return key ? text(key, {wait: waitText(retryAfter)}) : (body.error ?? text("problem.broken"))
}
