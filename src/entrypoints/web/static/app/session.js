// The login of this page. The access token is in memory only; the refresh token is in a cookie that no script can read.
//
// The window gets an event `session` whenever the login changes. Its `detail.isLost` is true if that was not done here:
// another tab has logged in or out, or the session was refused.

import {dropLogin, keepLogin, keptLogin, onOtherTab, whoIsHere} from "./kept-login.js"
import {oneAtATime} from "./one-at-a-time.js"
import {Problem} from "./problem.js"
import {bodyOf, request} from "./request.js"

/** Most seconds before its end when a token is replaced. */
const MARGIN = 30

let token = ""
let endsAt = 0
let email = ""
/** All access tokens of this login. @type {Set<string>} */
const tokens = new Set()
/** The login that the page has shown so far; other tabs may have another one by now. */
let login = keptLogin()

onOtherTab(followOtherTabs)
// A page that the browser has kept for its back button was told nothing, and may show what belongs to a user who has left.
addEventListener("pageshow", ({persisted}) => (persisted && !hasSession() && !keptLogin() ? tell(true) : followOtherTabs()))

/** Whether this browser has a session, as far as the page knows: so a new visitor causes no refused call. */
export const hasSession = () => login !== ""

/** Whether the session is that of a guest. */
export const isGuest = () => hasSession() && whoIsHere() === "guest"

/** Return the user's address, once an access token was there; empty for a guest. */
export const emailOfUser = () => email

/** Log in. @param {string} address @param {string} password */
export async function logIn(address, password) {
  await oneAtATime(async () => begin(await send("POST", "auth/sessions", {email: address, password}), "user"))
}

/** Begin as a guest, unless there is a session. @param {Record<string, any>} [fields] */
export async function beginGuest(fields = {}) {
  await oneAtATime(async () => {
    followOtherTabs()
    if (!hasSession()) begin(await send("POST", "guests", fields), "guest")
  })
}

/** Log out here. */
export async function logOut() {
  await oneAtATime(() => send("DELETE", "auth/refresh"))
  forget()
}

/** Forget a session that has ended. @param {{isLost?: boolean}} [options] */
export function forget({isLost = false} = {}) {
  dropLogin(login)
  take("")
  tell(isLost)
}

/** Return a valid access token; throws a `Problem` with status 401 where no user is logged in. */
export async function accessToken() {
  const before = login
  followOtherTabs()
  if (!hasSession() || (before && login !== before)) throw loggedOut() // what this page shows is another user's
  if (Date.now() > endsAt) await refresh()
  return token
}

/** Replace a token that was refused; throws a `Problem` if it was not of the present login. @param {string} refused */
export async function replace(refused) {
  if (!tokens.has(refused)) throw loggedOut()
  if (token === refused) endsAt = 0
  return accessToken()
}

async function refresh() {
  const before = login
  await oneAtATime(async () => {
    followOtherTabs()
    if (login !== before) throw loggedOut()
    if (Date.now() < endsAt) return // a call of this tab has done it meanwhile
    try {
      keep(await send("POST", "auth/refresh"))
    } catch (error) {
      if (error instanceof Problem && error.status === 401) forget({isLost: true})
      throw error
    }
  })
}

/** Take over what other tabs have done: the token of a user who has logged out there must not be used any more. */
function followOtherTabs() {
  if (keptLogin() === login) return
  take(keptLogin())
  tell(true)
}

/** @param {any} answer @param {"user" | "guest"} kind */
function begin(answer, kind) {
  take(keepLogin(kind))
  keep(answer)
  tell(false)
}

/** @param {string} other */
function take(other) {
  login = other
  token = email = ""
  endsAt = 0
  tokens.clear()
}

/** @param {{token: string, expires_in: number, email?: string | null}} answer */
function keep(answer) {
  token = answer.token
  tokens.add(token)
  email = answer.email ?? ""
  endsAt = Date.now() + (answer.expires_in - Math.min(MARGIN, answer.expires_in / 4)) * 1000
}

/** @param {boolean} isLost */
const tell = isLost => dispatchEvent(new CustomEvent("session", {detail: {isLost}}))

const loggedOut = () => new Problem(401, {code: "not_logged_in"})

/** @param {string} method @param {string} path @param {Record<string, any>} [fields] */
const send = async (method, path, fields) => bodyOf(await request(method, path, {fields, keepalive: true}))
