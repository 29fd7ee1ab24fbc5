// What a recording may be like; the service refuses what is not.

/** Seconds. */
export const SHORTEST = 1
/** Seconds of a file. */
export const LONGEST = 60
/** Seconds after which a recording stops by itself. */
export const TAKE_SECONDS = 15
/** Bytes. */
export const LARGEST = 25 * 1024 * 1024
