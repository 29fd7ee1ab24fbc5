// Time that passes.

/** Wait for some seconds, or until the browser's connection comes or goes, or until the signal. @param {number} seconds @param {AbortSignal} signal */
export function wait(seconds, signal) {
  return new Promise(resolve => {
    const ended = new AbortController()
    const end = () => {
      clearTimeout(timer)
      ended.abort()
      resolve(undefined)
    }
    const timer = setTimeout(end, seconds * 1000)
    for (const change of ["online", "offline"]) addEventListener(change, end, {signal: ended.signal})
    signal.addEventListener("abort", end, {signal: ended.signal})
    if (signal.aborted) end()
  })
}
