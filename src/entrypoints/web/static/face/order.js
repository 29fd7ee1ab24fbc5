// In which order the two faces are shown, and whether the user has been told which is which.

const KEY = "told-faces"
const MOST = 50

/** @typedef {"voice" | "condition"} Kind */

/** @type {Kind[]} */
const KINDS = ["voice", "condition"]

/** Return both kinds, the one that is shown first before the other. @param {{first: Kind}} result @returns {[Kind, Kind]} */
export const orderOf = ({first}) => (first === "voice" ? ["voice", "condition"] : ["condition", "voice"])

/** Tell whether the user knows which face of a result is which. @param {any} result */
export const isTold = result =>
  KINDS.every(kind => result[`${kind}_image_rating`] !== null) ||
  KINDS.some(kind => result.ratings[kind]?.named) ||
  toldIds().includes(result.id)

/** The ids that this tab knows, where the browser keeps nothing, as in some private windows. */
let known = ""

/** Remember in this browser that the user knows. @param {{id: string}} result */
export function rememberTold({id}) {
  known = [id, ...toldIds().filter(other => other !== id)].slice(0, MOST).join(" ")
  kept(storage => storage.setItem(KEY, known))
}

const toldIds = () => (kept(storage => storage.getItem(KEY)) ?? known).split(" ")

/**
 * Use what the browser keeps; null where it refuses.
 *
 * @template T
 * @param {(storage: Storage) => T} use
 */
function kept(use) {
  try {
    return use(localStorage)
  } catch (error) {
    if (!(error instanceof DOMException)) throw error
    return null
  }
}
