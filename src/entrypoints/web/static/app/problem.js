// What went wrong with a call, in a sentence for the reader.

import {hasText, text} from "./texts.js"

/** An answer that refuses, or none at all. */
export class Problem extends Error {
  /**
   * @param {number} status of the answer; 0 where there was none
   * @param {{code?: string, field?: string, error?: string}} body
   * @param {Headers} [headers]
   */
  constructor(status, body, headers) {
    super(sentenceOf(status, body))
    this.status = status
    this.code = body.code ?? "unreachable"
    this.field = body.field ?? ""
    /** After how many seconds it is worth another try; null where the answer does not say. */
    this.retryAfter = Number(headers?.get("Retry-After")) || null
  }

  /** Whether the same call may succeed later: the service was away, or it was busy. */
  get isTemporary() {
    return this.status === 0 || this.status >= 500 || this.status === 408
  }
}

/** @param {number} status @param {{code?: string, field?: string, error?: string}} body */
function sentenceOf(status, body) {
  const code = body.code ?? (status === 0 ? "unreachable" : "broken")
  const key = [`problem.${code}.${body.field}`, `problem.${code}`].find(hasText)
  return key ? text(key) : (body.error ?? text("problem.broken"))
}
