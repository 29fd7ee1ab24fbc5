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

/** Return, once, what the reader did with the button: whether it was pressed, and whether it has the focus. */
export function takeOver() {
  const was = {isPressed, isFocused: button !== null && document.activeElement === button}
  isPressed = false
  return was
}
