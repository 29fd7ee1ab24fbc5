// The texts of a page: English as in its HTML, or Korean for readers who prefer it.

const KNOWN = ["en", "ko"]

function preferred() {
  const codes = navigator.languages.map(tag => tag.toLowerCase().split("-")[0])
  return codes.find(code => KNOWN.includes(code)) ?? "en"
}

/** Return the texts of the reader's language, after writing them into the elements that name them in `data-text`. */
export async function useTexts() {
  const language = preferred()
  const answer = await fetch(new URL(`locales/${language}.json`, import.meta.url))
  const texts = await answer.json()
  document.documentElement.lang = language
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = texts[element.dataset.text]
  return texts
}
