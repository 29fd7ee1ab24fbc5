// Shows the offline page where the service cannot be reached, tells that page when it can, and opens what a notification tells of. It keeps that page and
// what it needs, and nothing else: all other requests go to the service as if there were no worker.

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self))

/** The files of this version have it in their address; the server fills it in. */
const VERSION = "{{version}}"
/** Several services may share an origin: each has the caches whose names begin with its own address. */
const OWN = `voice2face ${worker.registration.scope} `
const CACHE = OWN + VERSION

const PAGE = "offline"
const FILES = ["style.css", "icons/icon.svg", "app/back-online.js"].map(name => `static/${VERSION}/${name}`)

/** @param {string} path */
const addressOf = path => new URL(path, worker.registration.scope).href
/** @param {string} address */
const isOfApi = address => ["api/", "schema", "health"].some(path => address.startsWith(addressOf(path)))
const FILE_ADDRESSES = new Set(FILES.map(addressOf))

worker.addEventListener("install", event => {
  event.waitUntil(keep())
  void worker.skipWaiting()
})

worker.addEventListener("activate", event => event.waitUntil(begin()))

worker.addEventListener("fetch", event => {
  const {request} = event
  if (request.mode === "navigate" && request.method === "GET" && !isOfApi(request.url)) event.respondWith(open(request))
  else if (FILE_ADDRESSES.has(request.url)) event.respondWith(keptOrFetched(request))
  else if (request.url === addressOf(PAGE)) event.respondWith(fetch(request).catch(() => new Response(null, {status: 204})))
})

worker.addEventListener("notificationclick", event => {
  event.notification.close()
  event.waitUntil(openTab(addressOf(event.notification.data)))
})

/** Keep the page, in the language of the moment: another language is another address of this script. */
async function keep() {
  const cache = await caches.open(CACHE)
  await cache.addAll([PAGE, ...FILES].map(path => new Request(addressOf(path), {cache: "reload"})))
}

/** Remove what earlier versions kept. */
async function begin() {
  const old = (await caches.keys()).filter(name => name.startsWith(OWN) && name !== CACHE)
  await Promise.all(old.map(name => caches.delete(name)))
}

/** Show the tab that is at an address; without one, a new one. @param {string} address */
async function openTab(address) {
  const tabs = await worker.clients.matchAll({type: "window", includeUncontrolled: true})
  const tab = tabs.find(({url}) => url === address)
  return tab ? tab.focus() : worker.clients.openWindow(address)
}

/** Return the page that was asked for, else the offline page. @param {Request} request */
async function open(request) {
  try {
    return await fetch(request)
  } catch (error) {
    const page = await kept(addressOf(PAGE))
    if (!page) throw error
    return page
  }
}

/** Return a file of the offline page. @param {Request} request */
const keptOrFetched = async request => (await kept(request.url)) ?? fetch(request)

/** Return what is kept of an address. @param {string} address */
const kept = async address => (await caches.open(CACHE)).match(address)
