// The page that changes a forgotten password by the link of a mail, or asks for that mail.

import {send} from "./api.js"
import {forgetToken, onSend, tellDone, tellFailed, token} from "./forms.js"
import {useTexts} from "./language.js"

const texts = await useTexts()
const reset = document.querySelector("#reset")
const ask = document.querySelector("#ask")
const password = document.querySelector("#password")
const email = document.querySelector("#email")

onSend(reset, async () => {
  const {worked, code, sentence} = await send("users/password/reset", {token, password: password.value}, texts)
  const isOver = worked || code === "invalid_mail_link"
  if (isOver) forgetToken()
  reset.hidden = isOver
  ask.hidden = code !== "invalid_mail_link"
  if (worked) tellDone(texts["reset.done"], texts["reset.done.title"])
  else tellFailed(sentence)
})

onSend(ask, async () => {
  const {worked, sentence} = await send("users/password/reset-mail", {email: email.value}, texts)
  ask.hidden = worked
  if (worked) tellDone(texts["ask.done"], texts["ask.done.title"])
  else tellFailed(sentence)
})

document.querySelector("#show").addEventListener("change", event => {
  password.type = event.target.checked ? "text" : "password"
})

reset.hidden = !token
ask.hidden = Boolean(token)
