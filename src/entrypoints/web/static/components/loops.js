// Portraits that move while they are seen.

import {h} from "../app/dom.js"
import {text} from "../app/texts.js"
import {icon} from "./icons.js"

/** Shows the loop of each picture below an element while it is in view, and its portrait otherwise. */
export class Loops {
  constructor() {
    this.isOn = true
    this.calm = matchMedia("(prefers-reduced-motion: reduce)")
    /** @type {Set<Element>} */
    this.inView = new Set()
    this.watcher = new IntersectionObserver(changes => changes.forEach(change => this.see(change)), {threshold: 0.5})
  }

  /** Begin to watch a picture: an element that holds images with `data-loop`. @param {Element} picture */
  watch(picture) {
    this.watcher.observe(picture)
    for (const event of ["pointerenter", "focus"]) picture.addEventListener(event, () => this.calm.matches || play(picture))
    for (const event of ["pointerleave", "blur"]) picture.addEventListener(event, () => this.isOn || still(picture))
  }

  /** Forget a picture that is taken away. @param {Element} picture */
  leave(picture) {
    this.watcher.unobserve(picture)
    this.inView.delete(picture)
  }

  /** Let the pictures in view move, or hold them still. @param {boolean} isOn */
  turn(isOn) {
    this.isOn = isOn
    for (const picture of this.inView) isOn ? play(picture) : still(picture)
  }

  stop() {
    this.watcher.disconnect()
  }

  /** @param {IntersectionObserverEntry} change */
  see({target, isIntersecting}) {
    if (!isIntersecting) {
      this.inView.delete(target)
      return still(target)
    }
    this.inView.add(target)
    if (this.isOn && !this.calm.matches) play(target)
  }
}

/** Return a button that holds the pictures still, and lets them move again. @param {Loops} loops @returns {HTMLButtonElement} */
export function motionButton(loops) {
  const button = h("button", {type: "button", class: "quiet", hidden: loops.calm.matches})
  const draw = () =>
    button.replaceChildren(...(loops.isOn ? [icon("pause"), text("faces.still")] : [icon("play"), text("faces.move")]))
  button.addEventListener("click", () => {
    loops.turn(!loops.isOn)
    draw()
  })
  draw()
  return button
}

/** Lay the loops over their portraits: these stay below them, so nothing flickers or moves. @param {Element} picture */
function play(picture) {
  if (picture.querySelector(".loop")) return
  for (const portrait of /** @type {NodeListOf<HTMLImageElement>} */ (picture.querySelectorAll("img[data-loop]"))) {
    const loop = /** @type {HTMLImageElement} */ (portrait.cloneNode())
    loop.classList.add("loop")
    loop.removeAttribute("data-loop")
    loop.alt = ""
    loop.src = portrait.dataset.loop ?? ""
    portrait.after(loop)
  }
}

/** @param {Element} picture */
const still = picture => picture.querySelectorAll(".loop").forEach(loop => loop.remove())
