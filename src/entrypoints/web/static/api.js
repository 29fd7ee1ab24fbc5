// Calls of the API, whose address is beside that of the pages.

/** Send fields; return what became of it: whether it worked, a code, and a sentence for the reader. */
export async function send(path, fields, texts) {
  let answer, body
  try {
    answer = await fetch(new URL(`../api/v1/${path}`, import.meta.url), {
      method: "POST",
      headers: {"Content-Type": "application/json", "Accept-Language": document.documentElement.lang},
      body: JSON.stringify(fields),
      credentials: "omit",
    })
    body = await answer.json()
  } catch {
    return {worked: false, code: "unreachable", sentence: texts["problem.unreachable"]}
  }
  if (answer.ok) return {worked: true, code: "", sentence: ""}
  const keys = [`problem.${body.code}.${body.field}`, `problem.${body.code}`]
  return {worked: false, code: body.code, sentence: texts[keys.find(key => key in texts)] ?? body.error}
}
