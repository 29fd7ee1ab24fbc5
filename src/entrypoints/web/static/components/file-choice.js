// A recording that the reader has as a file, chosen by a button or dropped onto the page.

import {h} from "../app/dom.js"
import {text} from "../app/texts.js"
import {icon} from "./icons.js"

const KINDS = "audio/*,video/mp4,video/webm,video/quicktime,video/3gpp,.m4a,.amr,.caf,.wma,.opus"

/** Return a button that chooses a file. @param {(file: File) => void} onFile @returns {HTMLElement} */
export function fileButton(onFile) {
  const input = h("input", {
    type: "file",
    accept: KINDS,
    hidden: true,
    "aria-label": text("record.file.button"),
    onchange: () => {
      const [file] = input.files
      input.value = ""
      if (file) onFile(file)
    },
  })
  const button = h("button", {type: "button", class: "quiet", onclick: () => input.click()}, icon("upload"), text("record.file.button"))
  return h("div", {}, button, input)
}

/**
 * Take a file that is dropped anywhere on the page, and return what ends that.
 *
 * @param {(file: File) => void} onFile
 * @param {(isOver: boolean) => void} onOver whether a file is held over the page
 */
export function takeDroppedFiles(onFile, onOver) {
  const end = new AbortController()
  const {signal} = end
  const holdsFile = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files")
  const over = (/** @type {DragEvent} */ event) => {
    if (!holdsFile(event)) return
    event.preventDefault()
    onOver(true)
  }
  addEventListener("dragover", over, {signal})
  addEventListener("dragleave", event => event.relatedTarget === null && onOver(false), {signal})
  addEventListener(
    "drop",
    event => {
      if (!holdsFile(event)) return
      event.preventDefault()
      onOver(false)
      const [file] = event.dataTransfer?.files ?? []
      if (file) onFile(file)
    },
    {signal},
  )
  return () => end.abort()
}
