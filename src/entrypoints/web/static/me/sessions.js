// Where the user is logged in.

import {call} from "../app/api.js"
import {BASE} from "../app/addresses.js"
import {h} from "../app/dom.js"
import {Problem} from "../app/problem.js"
import {isGuest, logOut} from "../app/session.js"
import {dateText, text} from "../app/texts.js"
import {ask} from "../components/dialog.js"
import {form, notice, tell} from "../components/form.js"
import {forgetAny, kept} from "../recorder/recordings.js"
import {part} from "./part.js"

/** @typedef {{id: string, last_used_at: string, device: string, address: string | null, current: boolean}} Session */

/** @param {Session[]} found */
export function sessions(found) {
  const outcome = notice()
  const list = h("ul", {class: "lines"})
  const others = h("button", {type: "button", class: "quiet", onclick: endOthers}, text("sessions.others"))
  const isOther = (/** @type {Session} */ session) => !session.current
  let left = [...found].sort((one, other) => Number(other.current) - Number(one.current))
  draw()
  return part("sessions.title", h("p", {class: "hint"}, text(isGuest() ? "sessions.lead.guest" : "sessions.lead")), list, others, outcome)

  function draw() {
    list.replaceChildren(...left.map(line))
    others.hidden = left.filter(isOther).length < 2
  }

  /** @param {Session} session */
  function line(session) {
    const device = deviceText(session.device)
    const used = text("sessions.used", {date: dateText(session.last_used_at)})
    return h(
      "li",
      {},
      h("div", {}, h("strong", {}, device), h("p", {class: "hint"}, [used, session.address].filter(Boolean).join(" · "))),
      session.current
        ? h("span", {class: "badge"}, text("sessions.this"))
        : h("button", {type: "button", class: "quiet", "aria-label": text("sessions.end.label", {device, used}), onclick: () => end([session])}, text("sessions.end")),
    )
  }

  function endOthers() {
    const work = () => end(left.filter(isOther))
    ask({title: text("sessions.others"), lead: text("sessions.others.lead"), button: text("sessions.others"), work})
  }

  /** @param {Session[]} ended */
  async function end(ended) {
    others.disabled = true
    try {
      for (const session of ended) {
        await endOne(session)
        left = left.filter(one => one !== session)
      }
      tell(outcome, text("sessions.ended"))
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      tell(outcome, error.message, {isBad: true})
    } finally {
      others.disabled = false
      draw()
    }
  }
}

/** @param {Session} session */
async function endOne(session) {
  try {
    await call("DELETE", `auth/sessions/${session.id}`)
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 404) throw error // else it had ended before
  }
}

/** Return a device in the reader's language; the service says it in English. @param {string} device */
function deviceText(device) {
  const [program, system] = device.split(" on ")
  if (!system) return device === "Unknown device" ? text("sessions.unknown") : device
  return text("sessions.device", {program: program === "Another program" ? text("sessions.another") : program, system})
}

/** Return the button to log out; it asks first where something would be lost. */
export const leave = () =>
  form(
    async () => {
      const button = text("leave.button")
      if (isGuest()) ask({title: text("leave.guest"), lead: text("leave.guest.lead"), button, work: logOutHere})
      else if (await kept()) ask({title: text("leave.unsent"), lead: text("leave.unsent.lead"), button, work: logOutHere})
      else await logOutHere()
    },
    h("button", {class: "quiet"}, text("leave.button")),
  )

/** Log out; the page is loaded anew, so nothing of the user stays in it, and no voice in the browser. */
async function logOutHere() {
  await logOut()
  await forgetAny()
  location.assign(BASE)
}
