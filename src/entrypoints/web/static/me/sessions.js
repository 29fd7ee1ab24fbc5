// Where the user is logged in.

import {call} from "../app/api.js"
import {h} from "../app/dom.js"
import {Problem} from "../app/problem.js"
import {isGuest} from "../app/session.js"
import {dateText, text} from "../app/texts.js"
import {ask} from "../components/dialog.js"
import {notice, tell, tellProblem} from "../components/notice.js"
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
        : h("button", {type: "button", class: "quiet", "aria-label": text("sessions.end.label", {device, used}), onclick: () => endThis(session)}, text("sessions.end")),
    )
  }

  function endOthers() {
    const button = text("sessions.others")
    const work = () => end(left.filter(isOther))
    ask({title: button, lead: text("sessions.others.lead"), button, work, done: tellEnded})
  }

  /** @param {Session} session */
  async function endThis(session) {
    others.disabled = true
    try {
      await end([session])
      tellEnded()
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      tellProblem(outcome, error)
    } finally {
      others.disabled = false
    }
  }

  /** @param {Session[]} ended */
  async function end(ended) {
    try {
      for (const session of ended) {
        await endOne(session)
        left = left.filter(one => one !== session)
      }
    } finally {
      draw()
    }
  }

  function tellEnded() {
    tell(outcome, text("sessions.ended"))
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
