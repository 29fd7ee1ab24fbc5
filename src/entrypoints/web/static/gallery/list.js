// The list of the user's requests, page by page.

import {call} from "../app/api.js"

/** @typedef {import("../components/face-card.js").Item} Item */

/** How many are on a page: whole rows, whether there are two, three, four or six in a row. */
export const PAGE = 24

/** Return a page; an empty cursor stands for the first one. @param {string} cursor @returns {Promise<{mz_request_list: Item[], next_cursor: string | null}>} */
export const pageAt = cursor => call("GET", `mz-request?limit=${PAGE}${cursor && `&cursor=${cursor}`}`)

/** Tell whether the newest faces of a request are still being made. @param {Item} item */
export const isRunning = item => item.status === "Proceeding"
