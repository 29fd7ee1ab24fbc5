// What this browser keeps of its login, for all tabs of the page. Nothing of it is secret: it only tells that there is one.

const LOGIN = "login"
const REFRESHING = "refreshing"

/** Memory of this tab, for browsers that refuse to keep anything. @type {Map<string, string>} */
const memory = new Map()
const isKept = canKeep()

/** Return a word for the login of this browser, which no other login has; empty where there is none. */
export const keptLogin = () => read(LOGIN)

/** Return who uses this browser, as far as the page knows: `user`, `guest` or `none`. */
export const whoIsHere = () => keptLogin().split("-")[0] || "none"

/** Keep a new login, and return its word. @param {"user" | "guest"} kind */
export function keepLogin(kind) {
  const login = `${kind}-${Date.now()}-${Math.random()}`
  write(LOGIN, login)
  return login
}

/** Forget a login, unless another tab has begun a new one meanwhile. @param {string} login */
export function dropLogin(login) {
  if (read(LOGIN) === login) write(LOGIN, "")
}

/** Call back when another tab logs in or out. @param {() => void} changed */
export const onOtherTab = changed =>
  addEventListener("storage", event => {
    if (event.key === LOGIN || event.key === null) changed()
  })

/** Return when a refresh was sent that has no answer yet, in ms; 0 where there is none. */
export const refreshingSince = () => Number(read(REFRESHING))

/** Note that a refresh is sent, or that its answer is here. @param {boolean} isSent */
export const markRefreshing = isSent => write(REFRESHING, isSent ? String(Date.now()) : "")

/** @param {string} key */
const read = key => (isKept ? localStorage.getItem(key) : memory.get(key)) ?? ""

/** @param {string} key @param {string} value */
function write(key, value) {
  if (!isKept) memory.set(key, value)
  else if (value) localStorage.setItem(key, value)
  else localStorage.removeItem(key)
}

/** Tell whether the browser keeps anything: some refuse it, in private windows or by a setting. */
function canKeep() {
  try {
    localStorage.setItem("test", "")
    localStorage.removeItem("test")
    return true
  } catch (error) {
    if (error instanceof DOMException) return false
    throw error
  }
}
