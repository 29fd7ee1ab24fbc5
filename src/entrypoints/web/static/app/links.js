// Signed links to pictures, videos and recordings.

/** How long a link is used, in ms: it works for at least half an hour. */
export const LINKS_MS = 25 * 60_000
