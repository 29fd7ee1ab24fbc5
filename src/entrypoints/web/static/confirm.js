// The page that confirms an address. It waits for the button: programs that open links in mails press none.

import {send} from "./api.js"
import {forgetToken, onSend, tell, token} from "./forms.js"
import {useTexts} from "./language.js"

const texts = await useTexts()
const form = document.querySelector("#confirm")

onSend(form, async () => {
  const {worked, code, sentence} = await send("users/email/confirmation", {token}, texts)
  form.hidden = worked || code === "invalid_mail_link"
  if (form.hidden) forgetToken()
  tell(worked ? texts["confirm.done"] : sentence, {isBad: !worked})
})

if (!token) {
  form.hidden = true
  tell(texts["confirm.incomplete"], {isBad: true})
}
