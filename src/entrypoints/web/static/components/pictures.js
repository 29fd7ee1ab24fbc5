// Pictures of the choices, until the drawn ones take their place.

const SVG = "http://www.w3.org/2000/svg"
/** @type {Record<string, string>} */
const COLOURS = {
  porcelain: "#f3d9cb", light: "#eac4ab", neutral: "#dcae92", olive: "#c99b75", tan: "#b5835c", brown: "#8a5a3c", deep: "#5b3827",
  black: "#1d1a1c", dark_brown: "#3c2a22", auburn: "#7a3b22", blond: "#d2ab6a", grey: "#9a989c", white: "#e8e5e1",
}

/** Return a picture of a choice, such as `skin_tone` `tan`. @param {string} kind @param {string} value @returns {Element} */
export function pictureOf(kind, value) {
  const picture = document.createElementNS(SVG, "svg")
  picture.setAttribute("viewBox", "0 0 40 40")
  picture.setAttribute("width", "40")
  picture.setAttribute("height", "40")
  picture.setAttribute("aria-hidden", "true")
  const circle = document.createElementNS(SVG, "circle")
  const isBrownHair = kind === "hair_colour" && value === "brown"
  const attributes = {cx: 20, cy: 20, r: 17, fill: isBrownHair ? "#5f4030" : (COLOURS[value] ?? "none"), stroke: "currentColor"}
  for (const [key, setting] of Object.entries(attributes)) circle.setAttribute(key, String(setting))
  picture.append(circle)
  return picture
}
