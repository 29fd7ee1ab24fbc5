// Plays two videos as one: they start together and stay together, and only the first one is heard.

/** Seconds apart at which the second video begins to run faster or slower, at which it stops that, and from which it jumps. */
const [NEAR, CLOSE, FAR] = [0.02, 0.006, 0.4]
/** How much faster or slower: a little where they are nearly together. */
const [A_LITTLE, MORE] = [0.06, 0.15]
/** Seconds after which the videos play with what is loaded: some browsers never load all beforehand. */
const PATIENCE = 6

/** @typedef {"paused" | "loading" | "playing" | "ended" | "broken"} PlayState */

export class VideoPair {
  /** @type {PlayState} */
  state = "paused"
  #turn = 0

  /**
   * @param {HTMLVideoElement} leader the one that is heard
   * @param {HTMLVideoElement} follower
   * @param {(state: PlayState) => void} tell
   * @param {AbortSignal} left when it is aborted, both videos are let go
   */
  constructor(leader, follower, tell, left) {
    this.leader = leader
    this.follower = follower
    this.videos = [leader, follower]
    this.tell = tell
    follower.muted = true
    for (const video of this.videos) {
      video.addEventListener("waiting", () => this.state === "playing" && isEmpty(video) && this.play(), {signal: left})
      video.addEventListener("error", () => this.#end("broken"), {signal: left})
    }
    leader.addEventListener("ended", () => this.#end("ended"), {signal: left})
    leader.addEventListener("pause", () => this.state === "playing" && !leader.ended && this.pause(), {signal: left})
    leader.addEventListener("play", () => ["paused", "ended"].includes(this.state) && this.play(), {signal: left})
    left.addEventListener("abort", () => this.#letGo())
  }

  /** Start or go on, as soon as both have loaded enough. */
  async play() {
    const turn = ++this.#turn
    this.#set("loading")
    if (this.leader.ended) this.#seek(0)
    for (const video of this.videos) if (isEmpty(video)) unlock(video)
    for (const video of this.videos) video.pause()
    await Promise.all(this.videos.map(isReady))
    if (turn !== this.#turn) return
    if (Math.abs(this.#drift) > CLOSE) this.follower.currentTime = this.leader.currentTime
    await Promise.all(this.videos.map(isReady))
    if (turn !== this.#turn) return
    try {
      await Promise.all(this.videos.map(video => video.play()))
    } catch {
      // The browser refused, such as one that saves power; the user may press again.
      if (turn === this.#turn) this.#end(this.leader.error || this.follower.error ? "broken" : "paused")
      return
    }
    if (turn !== this.#turn) return
    this.#set("playing")
    this.#steer(turn)
  }

  pause() {
    this.#end("paused")
  }

  /** Play from the beginning. */
  async restart() {
    this.pause()
    this.#seek(0)
    await this.play()
  }

  get #drift() {
    return this.leader.currentTime - this.follower.currentTime
  }

  /** @param {number} seconds */
  #seek(seconds) {
    for (const video of this.videos) video.currentTime = seconds
  }

  /** Keep the second video where the first one is. @param {number} turn */
  #steer(turn) {
    if (turn !== this.#turn || this.state !== "playing") return
    // A browser that saves power may pause the one that is not heard.
    if (this.follower.paused && !this.follower.ended) return this.pause()
    const drift = this.#drift
    const apart = Math.abs(drift)
    let rate = this.follower.playbackRate
    if (apart < CLOSE) rate = 1
    else if (apart > NEAR) rate = 1 + Math.sign(drift) * (apart > NEAR * 4 ? MORE : A_LITTLE)
    if (rate !== this.follower.playbackRate) this.follower.playbackRate = rate
    if (apart > FAR && !this.follower.ended) this.follower.currentTime = this.leader.currentTime
    requestAnimationFrame(() => this.#steer(turn))
  }

  /** @param {PlayState} state */
  #end(state) {
    this.#turn++
    for (const video of this.videos) video.pause()
    this.#set(state)
  }

  #letGo() {
    this.#turn++
    for (const video of this.videos) {
      video.pause()
      video.removeAttribute("src")
      video.load()
    }
  }

  /** @param {PlayState} state */
  #set(state) {
    this.state = state
    this.tell(state)
  }
}

/** Whether a video cannot go on. @param {HTMLVideoElement} video */
const isEmpty = video => video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA

/** Let a video load and, later, be played by the script: some browsers allow it only where it was played at a click. @param {HTMLVideoElement} video */
const unlock = video => video.play().catch(() => undefined)

/** Wait until a video can be played to its end. @param {HTMLVideoElement} video */
function isReady(video) {
  return new Promise(resolve => {
    const heard = new AbortController()
    /** @type {number} */
    let enough = HTMLMediaElement.HAVE_ENOUGH_DATA
    const look = () => {
      if (video.seeking || video.readyState < enough) return
      clearTimeout(timer)
      heard.abort()
      resolve(undefined)
    }
    const timer = setTimeout(() => {
      enough = HTMLMediaElement.HAVE_FUTURE_DATA
      look()
    }, PATIENCE * 1000)
    for (const name of ["canplaythrough", "canplay", "seeked"]) video.addEventListener(name, look, {signal: heard.signal})
    look()
  })
}
