// The page that confirms an address. It waits for the button: programs that open links in mails press none.

import {send} from "./api.js"
import {forgetToken, onSend, tellDone, tellFailed, token} from "./forms.js"
import {useTexts} from "./language.js"

const texts = await useTexts()
const form = document.querySelector("#confirm")

onSend(form, async () => {
  const {worked, code, sentence} = await send("users/email/confirmation", {token}, texts)
  const isRefused = code === "invalid_mail_link"
  form.hidden = worked || isRefused
  if (form.hidden) forgetToken()
  if (worked) tellDone(texts["confirm.done"], texts["confirm.done.title"])
  else tellFailed(isRefused ? texts["confirm.over"] : sentence)
})

form.hidden = !token
if (!token) tellFailed(texts["confirm.incomplete"])
