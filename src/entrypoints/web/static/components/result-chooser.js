// The results of a request that was made again, newest first.

import {h} from "../app/dom.js"
import {dateText, text} from "../app/texts.js"

/**
 * Return buttons for the results, if there is another one than the one that is shown.
 *
 * Their pictures are of the face that is shown first, which may be either: they do not tell which one was made from the voice.
 *
 * @param {any[]} results
 * @param {string} shownId
 * @param {(id: string) => void} choose
 * @returns {HTMLElement | false}
 */
export const resultChooser = (results, shownId, choose) =>
  results.some(result => result.id !== shownId) &&
  h(
    "div",
    {class: "results row", role: "group", "aria-label": text("face.results")},
    ...results.map((result, index) => {
      const n = results.length - index
      const name = text("face.made", {n, date: dateText(result.created_at)})
      return h(
        "button",
        {type: "button", class: "quiet", "aria-pressed": String(result.id === shownId), "aria-label": name, title: name, onclick: () => choose(result.id)},
        h("img", {src: result[`${result.first}_image_url`], width: 64, height: 64, alt: ""}),
        n,
      )
    }),
  )
