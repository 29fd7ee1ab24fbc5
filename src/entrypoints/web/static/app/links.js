// Signed links to pictures, videos and recordings.

/** How long a link is used, in ms: it works for at least half an hour. */
export const LINKS_MS = 25 * 60_000

/**
 * Play a sound or a video by a new link where its own has ended: its page may be open for longer than that.
 *
 * @param {HTMLMediaElement} media
 * @param {() => Promise<string>} newLink
 * @param {(error: unknown) => void} failed is called with why there is none; with nothing where the new one cannot be played either
 */
export function renewLink(media, newLink, failed) {
  let isNew = false
  media.addEventListener("canplay", () => (isNew = false))
  media.addEventListener("error", async () => {
    if (isNew) return failed(null)
    isNew = true
    try {
      media.src = await newLink()
    } catch (error) {
      return failed(error)
    }
    void media.play().catch(() => {}) // the user may have to press again; an error is told by its own event
  })
}
