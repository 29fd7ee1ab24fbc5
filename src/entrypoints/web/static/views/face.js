// One request: its progress, then its two faces to compare, and all that can be done with them.

import {h} from "../app/dom.js"
import {Problem} from "../app/problem.js"
import {go} from "../app/router.js"
import {text} from "../app/texts.js"
import {comparison} from "../components/comparison.js"
import {aboutRequest, howToUse, keepIt} from "../components/face-extras.js"
import {faceProgress} from "../components/face-progress.js"
import {held} from "../components/held.js"
import {makeAgain} from "../components/make-again.js"
import {resultChooser} from "../components/result-chooser.js"
import {saveAndShare} from "../components/save-and-share.js"
import {end, failed, newFaces} from "../components/endings.js"
import {surveyForm} from "../components/survey-form.js"
import {askToCancel} from "../face/erasing.js"
import {load} from "../face/result.js"

export const title = "face.title"
export const styles = "face"
export const isPrivate = true

/** @param {Record<string, string>} parameters with the id of the `request` */
export async function view({request: requestId}) {
  const place = h("div", {class: "wide face"})
  let chosenId = ""

  /** Show what there is now; `isNew` where the reader is here already. @param {{isNew?: boolean}} [options] */
  async function show({isNew = true} = {}) {
    try {
      const {request, results} = await load(requestId)
      put(stateOf(request, results), isNew)
    } catch (error) {
      await showBroken(error, isNew)
    }
  }

  /** @param {any} request @param {any[]} results */
  function stateOf(request, results) {
    const [newest] = results
    const withFaces = results.filter(result => result.voice_image_url)
    if (withFaces.length) return held(left => facesOf(request, newest, withFaces, left))
    if (newest.status === "Proceeding") return progress(newest.id)
    const about = aboutRequest(request, null, showErased)
    if (newest.status === "Failed") return failed(request, newest, begun, about)
    return end("face.faces_erased", "face.faces_erased.lead", again(request, newest), about)
  }

  /** @param {string} jobId */
  const progress = jobId =>
    held(left =>
      faceProgress(requestId, jobId, left, {
        ...ends,
        ended: () => void show(),
        cancel: () => askToCancel(requestId, showErased),
      }),
    )

  /** @param {any} request @param {any} newest @param {any[]} withFaces @param {AbortSignal} left */
  function facesOf(request, newest, withFaces, left) {
    const result = withFaces.find(({id}) => id === chosenId) ?? withFaces[0]
    const reload = () => void show()
    addEventListener("gone", event => isOf(requestId, /** @type {CustomEvent} */ (event).detail) && reload(), {signal: left})
    const above = [
      newest.status !== "Success" && newFaces(request, newest, left, ends, begun),
      resultChooser(withFaces, result.id, choose),
    ]
    const afterwards = () =>
      h("div", {class: "stack"}, saveAndShare(result), howToUse(), surveyForm(result), again(request, result))
    const compared = comparison(result, {left, reload, above, afterwards})
    return h("div", {class: "stack"}, compared, keepIt(), aboutRequest(request, result, showErased))
  }

  /** @param {any} request @param {any} result @returns {HTMLElement | false} */
  const again = (request, result) =>
    request.voice_url !== null &&
    h("details", {class: "card again"}, h("summary", {}, text("face.again.title")), makeAgain(requestId, result, begun))

  /** @param {string} id */
  function choose(id) {
    chosenId = id
    void show()
  }

  /** Show the newest faces, or how far they are. */
  function begun() {
    chosenId = ""
    void show()
  }

  const showErased = () => put(end("face.erased", "face.erased.lead"), true)
  const ends = {erased: showErased, broken: (/** @type {unknown} */ error) => void showBroken(error, true)}

  /** @param {unknown} error @param {boolean} isNew */
  async function showBroken(error, isNew) {
    if (!(error instanceof Problem)) throw error
    if (isNew && !place.isConnected) return // the reader has left
    if (error.status === 401) return go(`log-in?next=${encodeURIComponent(`faces/${requestId}`)}`, {replace: true})
    if (error.status === 404) return isNew ? showErased() : put(end("face.gone", "face.gone.lead"), false)
    const button = h("button", {type: "button", onclick: () => void show()}, text("face.try_again"))
    put(h("section", {class: "narrow"}, h("h1", {}, text("face.title")), h("p", {class: "notice bad", role: "alert"}, error.message), button), isNew)
  }

  /** @param {HTMLElement} state @param {boolean} isNew */
  function put(state, isNew) {
    if (isNew && !place.isConnected) return // the reader has left
    place.replaceChildren(state)
    const heading = state.querySelector("h1")
    if (!isNew || !heading) return
    document.title = `${heading.textContent} · Voice2Face`
    heading.tabIndex = -1
    heading.focus()
  }

  await show({isNew: false})
  return place
}

/** Tell whether a path of the API is about a request. @param {string} id @param {string} path */
const isOf = (id, path) => path.split("/")[1] === id
