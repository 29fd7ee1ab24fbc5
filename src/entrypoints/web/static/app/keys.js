// Keys of calls that may be sent again (Idempotency-Key).

/** Return a key that no other call has; it works without https, too. */
export const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, "0")).join("")
