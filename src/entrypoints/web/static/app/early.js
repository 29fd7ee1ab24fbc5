// The button to record that the server has drawn: it can be pressed before the view is there.

const button = /** @type {HTMLButtonElement | null} */ (document.querySelector("#take"))
let isPressed = false

if (button) {
  button.disabled = false
  button.addEventListener("click", () => {
    isPressed = true
    button.disabled = true
  })
}

/** Tell, once, whether the button was pressed. */
export function wasPressed() {
  const was = isPressed
  isPressed = false
  return was
}
