// The results of a request that was made again, newest first.

import {h} from "../app/dom.js"
import {dateText, shortDateText, text} from "../app/texts.js"

/**
 * Return buttons for the results, if there is another one than the one that is shown.
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
    ...results.map((result, index) =>
      h(
        "button",
        {type: "button", class: "quiet", "aria-pressed": String(result.id === shownId), onclick: () => choose(result.id)},
        // The face that is shown first: it does not tell which one was made from the voice.
        h("img", {src: result[`${result.first}_image_url`], width: 64, height: 64, loading: "lazy", alt: ""}),
        h("span", {class: "visually-hidden"}, text("face.made", {n: results.length - index, date: dateText(result.created_at)})),
        h("span", {"aria-hidden": "true"}, shortDateText(result.created_at)),
      ),
    ),
  )
