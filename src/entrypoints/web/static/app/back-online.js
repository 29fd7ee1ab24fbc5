// The script of the offline page: it loads the page that was asked for as soon as the service answers again.

const ASKED = new URL("../../../offline", import.meta.url)
const LONGEST_MS = 30_000

let pause = 1000
let timer = 0

addEventListener("online", () => location.reload())
if (location.pathname !== ASKED.pathname) {
  document.addEventListener("visibilitychange", plan)
  plan()
}

/** Ask after a pause, while the page is seen. */
function plan() {
  clearTimeout(timer)
  if (!document.hidden) timer = setTimeout(ask, pause)
}

/** The service worker answers 204 in place of a service that is away, since browsers note failed calls as errors. */
async function ask() {
  pause = Math.min(pause * 2, LONGEST_MS)
  const {status} = await fetch(ASKED, {cache: "no-store"})
  status === 200 ? location.reload() : plan()
}
