// Which microphone to use; shown where there is more than one, and once the browser may name them.

import {h} from "../app/dom.js"
import {text} from "../app/texts.js"
import {chooseMicrophone, microphones} from "../recorder/microphone.js"

/** Return the choice, and what looks for microphones anew. */
export function microphoneChoice() {
  const select = h("select", {id: "microphone", onchange: () => chooseMicrophone(select.value)})
  const element = h("div", {class: "field microphone", hidden: true}, h("label", {for: "microphone"}, text("record.microphone")), select)

  async function refresh() {
    const found = await microphones()
    select.replaceChildren(...found.map(({id, label, isChosen}) => h("option", {value: id, selected: isChosen}, label)))
    element.hidden = found.length < 2
  }

  return {element, refresh, select}
}
