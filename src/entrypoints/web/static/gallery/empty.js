// What the gallery shows where it has no faces.

import {fileAddress} from "../app/addresses.js"
import {h} from "../app/dom.js"
import {hrefOf} from "../app/router.js"
import {text} from "../app/texts.js"
import {icon} from "../components/icons.js"

/** Return what a user sees who has no faces yet. @returns {HTMLElement} */
export const emptyGallery = () =>
  h(
    "li",
    {class: "alone"},
    h("img", {src: fileAddress("icons/icon.svg"), width: 96, height: 96, alt: ""}),
    h("p", {tabindex: -1}, text("faces.empty")),
    h("a", {class: "button", href: hrefOf("record")}, icon("mic"), text("faces.first")),
  )

/** Return a button to try again. @param {() => void} again @returns {HTMLElement} */
export const failedGallery = again =>
  h("li", {class: "alone"}, h("button", {type: "button", onclick: again}, icon("again"), text("faces.again")))
