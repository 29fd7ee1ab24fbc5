// The texts of the page, in the language in which the server has sent it.

import {BASE, fileAddress} from "./addresses.js"

/** The language of the page: `en` or `ko`. */
export const language = document.documentElement.lang

/** @type {Record<string, string>} */
let texts = {}

/** Load the texts. Safari cannot have several modules wait for one that awaits at its top level (WebKit bug 242740). */
export const loaded = (async () => {
  texts = await (await fetch(fileAddress(`locales/${language}.json`))).json()
})()

/**
 * Return a text, with `{name}` replaced by values.
 *
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function text(key, values = {}) {
  const found = texts[key]
  if (found === undefined) throw new Error(`There is no text «${key}».`)
  return found.replace(/\{(\w+)\}/g, (_, name) => String(values[name]))
}

/** Return where to look for a mail: a service without a mail server sends none. */
export const mailText = () => text(`mail.${document.documentElement.dataset.mail}`)

/** Tell whether there is a text. @param {string} key */
export const hasText = key => key in texts

const rules = new Intl.PluralRules(language)

/** Return the text `key.one` or `key.other` for a number, which it may name `{n}`. @param {string} key @param {number} n */
export function countText(key, n) {
  const form = `${key}.${rules.select(n)}`
  return text(hasText(form) ? form : `${key}.other`, {n})
}

/** Return a moment in words. @param {string} moment in ISO 8601 */
export const dateText = moment =>
  new Intl.DateTimeFormat(language, {dateStyle: "medium", timeStyle: "short"}).format(new Date(moment))

/** Return a moment in few words: the year only where it is another one. @param {string} moment in ISO 8601 */
export function shortDateText(moment) {
  const date = new Date(moment)
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : "numeric"
  return new Intl.DateTimeFormat(language, {year, month: "short", day: "numeric", hour: "numeric", minute: "numeric"}).format(date)
}

/** Return a wait in words, such as "4 seconds"; "a moment" where it is not known. @param {number | null} seconds */
export function waitText(seconds) {
  if (!seconds) return text("wait.moment")
  const [value, unit] = seconds < 120 ? [seconds, "second"] : [Math.ceil(seconds / 60), "minute"]
  return new Intl.NumberFormat(language, {style: "unit", unit, unitDisplay: "long"}).format(value)
}

/** Use the other language from now on: the server sends the page anew. @param {string} chosen */
export function useLanguage(chosen) {
  document.cookie = `language=${chosen}; Path=${BASE.pathname}; Max-Age=31536000; SameSite=Lax`
  location.reload()
}
