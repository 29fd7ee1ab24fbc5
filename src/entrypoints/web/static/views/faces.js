// All that the user has had made.

import {h} from "../app/dom.js"
import {hrefOf} from "../app/router.js"
import {isGuest} from "../app/session.js"
import {text} from "../app/texts.js"
import {icon} from "../components/icons.js"
import {unsentRecording} from "../components/unsent-recording.js"
import {gallery} from "../gallery/gallery.js"

export const title = "faces.title"
export const styles = "faces"
export const isPrivate = true

export async function view() {
  const record = h("a", {class: "button quiet", href: hrefOf("record")}, icon("mic"), text("faces.record"))
  const tools = h("div", {class: "row"}, !isGuest() && record) // a guest has one recording, which is here already
  return h(
    "section",
    {class: "wide stack faces"},
    h("div", {class: "row head"}, h("h1", {}, text(title)), tools),
    isGuest() &&
      h("p", {class: "notice"}, text("faces.guest"), " ", h("a", {href: hrefOf("sign-up?next=faces")}, text("faces.keep"))),
    gallery(tools),
    await unsentRecording(),
  )
}
