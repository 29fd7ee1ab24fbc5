// What the forms of the pages share.

const heading = document.querySelector("h1")
const outcome = document.querySelector("#outcome")

/** Return the token of the link that led here; empty where there is none. */
export const token = location.hash.slice(1)
addEventListener("hashchange", () => location.reload()) // another link that was opened in the same tab

/** Tell the reader, also one who listens, what a form has done. */
export function tellDone(sentence, title) {
  document.title = heading.textContent = title
  tell(sentence, false)
}

/** Tell the reader, also one who listens, why a form has done nothing. */
export function tellFailed(sentence) {
  tell(sentence, true)
}

function tell(sentence, isBad) {
  outcome.textContent = sentence
  outcome.classList.toggle("bad", isBad)
  outcome.focus()
}

/** Call `work` when the form is sent, one time after the other. */
export function onSend(form, work) {
  form.addEventListener("submit", async event => {
    event.preventDefault()
    const button = form.querySelector("button:not([type=button])")
    button.disabled = true
    try {
      await work()
    } finally {
      button.disabled = false
    }
  })
}

/** Take the used token out of the address and of the history. */
export function forgetToken() {
  history.replaceState(null, "", location.pathname)
}
