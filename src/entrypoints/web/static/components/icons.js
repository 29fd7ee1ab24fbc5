// The icons of buttons: strokes on a square of 24, in the colour of the text around them.

import {svg} from "../app/dom.js"

/** Each icon's paths; one that begins with `!` is filled. @type {Record<string, string[]>} */
const PATHS = {
  play: ["!M8 5.2c0-.8.9-1.3 1.6-.8l9.4 6.7c.6.4.6 1.3 0 1.7l-9.4 6.8c-.7.5-1.6 0-1.6-.8z"],
  pause: ["!M7 4.8h2.6q.8 0 .8.8v12.8q0 .8-.8.8H7q-.8 0-.8-.8V5.6q0-.8.8-.8zM14.4 4.8H17q.8 0 .8.8v12.8q0 .8-.8.8h-2.6q-.8 0-.8-.8V5.6q0-.8.8-.8z"],
  stop: ["!M7.2 5.5h9.6q1.7 0 1.7 1.7v9.6q0 1.7-1.7 1.7H7.2q-1.7 0-1.7-1.7V7.2q0-1.7 1.7-1.7z"],
  mic: ["M12 3.2a3 3 0 0 1 3 3v5.3a3 3 0 0 1-6 0V6.2a3 3 0 0 1 3-3z", "M5.8 11.2a6.2 6.2 0 0 0 12.4 0", "M12 17.4v3.4M8.8 20.8h6.4"],
  upload: ["M12 15.5V4.5M7.6 8.7L12 4.3l4.4 4.4", "M4.5 14.8v3.4a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2v-3.4"],
  share: ["M12 14.5V3.8M8.2 7.3L12 3.5l3.8 3.8", "M8 10.5H6.5a2 2 0 0 0-2 2v6a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2v-6a2 2 0 0 0-2-2H16"],
  save: ["M12 4v11M7.6 10.9L12 15.3l4.4-4.4", "M4.5 15.2v3a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2v-3"],
  trash: ["M4.5 6.5h15M9.3 6.3V5a1.5 1.5 0 0 1 1.5-1.5h2.4A1.5 1.5 0 0 1 14.7 5v1.3", "M6.3 6.7l.8 12a2 2 0 0 0 2 1.8h5.8a2 2 0 0 0 2-1.8l.8-12", "M10.2 10.7v5.6M13.8 10.7v5.6"],
  again: ["M19.6 12a7.6 7.6 0 1 1-2.3-5.4l2.2 2.1", "M19.7 4.2v4.6h-4.6"],
  star: ["M12 3.6l2.6 5.3 5.8.8-4.2 4.1 1 5.8-5.2-2.8-5.2 2.8 1-5.8-4.2-4.1 5.8-.8z"],
  check: ["M4.8 12.8l4.7 4.7L19.4 7"],
  close: ["M6 6l12 12M18 6L6 18"],
  user: ["M12 3.8a4 4 0 1 1 0 8a4 4 0 0 1 0-8z", "M4.5 20.2c.6-3.7 3.6-5.5 7.5-5.5s6.9 1.8 7.5 5.5"],
  bell: ["M12 3.5a5.7 5.7 0 0 1 5.7 5.7c0 4.2 1.1 5.7 2 6.7H4.3c.9-1 2-2.5 2-6.7A5.7 5.7 0 0 1 12 3.5z", "M9.8 19a2.3 2.3 0 0 0 4.4 0"],
}

/**
 * Return an icon. It says nothing to those who listen: the button around it has a text or an `aria-label`.
 *
 * @param {string} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const drawing = PATHS[name]
  if (!drawing) throw new Error(`There is no icon «${name}».`)
  const paths = drawing.map(path => (path[0] === "!" ? svg("path", {d: path.slice(1), fill: "currentColor"}) : stroke(path)))
  const square = {viewBox: "0 0 24 24", width: "24", height: "24", fill: "none", "aria-hidden": "true", focusable: "false"}
  return /** @type {SVGSVGElement} */ (svg("svg", square, ...paths))
}

/** @param {string} d */
const stroke = d =>
  svg("path", {d, stroke: "currentColor", "stroke-width": "1.8", "stroke-linecap": "round", "stroke-linejoin": "round"})
