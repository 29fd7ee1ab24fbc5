// What the reader can do about a problem with a recording: links to where it is done.

import {h} from "../app/dom.js"
import {hrefOf} from "../app/router.js"
import {text} from "../app/texts.js"

const LOG_IN = ["log-in?next=about-you", "way.log_in"]
const SIGN_UP = ["sign-up?next=about-you", "way.sign_up"]
const FACES = ["faces", "way.faces"]
const ME = ["me", "way.me"]
const RECORD = ["record", "way.record"]

/** @type {Record<string, string[][]>} */
const WAYS = {
  account_gone: [LOG_IN, SIGN_UP],
  address_not_confirmed: [ME],
  consent_withdrawn: [ME],
  guest_limit: [SIGN_UP, FACES],
  guests_off: [SIGN_UP, LOG_IN],
  invalid_token: [LOG_IN],
  not_logged_in: [LOG_IN],
  quota_exceeded: [FACES],
  sent_long_ago: [FACES],
  storage_quota_exceeded: [FACES],
  too_large: [RECORD],
}

/** Return the links for the code of a problem; there may be none. @param {string} code @returns {HTMLElement[]} */
export const waysOf = code =>
  (code.startsWith("voice_") ? [RECORD] : (WAYS[code] ?? [])).map(([path, key]) =>
    h("a", {class: "button quiet", href: hrefOf(path)}, text(key)),
  )
