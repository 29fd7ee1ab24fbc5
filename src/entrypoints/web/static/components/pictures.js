// Pictures of the choices of a look, drawn by the studio (infra/page/choice_pictures.py).

import {fileAddress} from "../app/addresses.js"
import {h} from "../app/dom.js"

/**
 * Return a picture of a choice. It says nothing to those who listen: the choice has its name beside it.
 *
 * @param {string} kind `gender`, `skin_tone`, `hair_style`, `hair_colour` or `glasses`
 * @param {string} value one of the API's for that kind
 * @returns {HTMLImageElement}
 */
export const pictureOf = (kind, value) =>
  h("img", {src: fileAddress(`pictures/${kind}-${value}.webp`).href, width: 72, height: 72, alt: "", loading: "lazy", decoding: "async"})
