// Listens to what is being recorded: how loud it is, and whether there is a voice in it.

/** Times in a second. */
const RATE = 20
const WINDOW = 2048
/** Every fourth sample is enough to find the pitch of a voice. */
const STEP = 4
/** Above which two periods of a sound are alike as only those of a voice, or a tone, are. */
const ALIKE = 0.55

/**
 * What is heard in a moment: the level and the peak, both in decibels of full scale, and whether a voice sounds.
 *
 * @typedef {{level: number, peak: number, isVoice: boolean}} Moment
 */

/**
 * Listen to a stream, and return what ends that.
 *
 * @param {MediaStream} stream
 * @param {(moment: Moment) => void} onMoment
 * @returns {() => void}
 */
export function listen(stream, onMoment) {
  const context = new AudioContext()
  const analyser = new AnalyserNode(context, {fftSize: WINDOW})
  context.createMediaStreamSource(stream).connect(analyser)
  void context.resume()
  const samples = new Float32Array(WINDOW)
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples)
    onMoment(momentOf(samples, context.sampleRate))
  }, 1000 / RATE)
  return () => {
    clearInterval(timer)
    void context.close()
  }
}

/** @param {Float32Array} samples @param {number} rate @returns {Moment} */
export function momentOf(samples, rate) {
  let power = 0
  let peak = 0
  for (const sample of samples) {
    power += sample * sample
    peak = Math.max(peak, Math.abs(sample))
  }
  const level = decibels(Math.sqrt(power / samples.length))
  return {level, peak: decibels(peak), isVoice: level > -65 && periodicity(samples, rate / STEP) > ALIKE}
}

/** @param {number} amplitude */
const decibels = amplitude => 20 * Math.log10(amplitude + 1e-6)

/** Return how alike the periods of a sound are at the best pitch of 75 to 500 Hz: 0 to 1. @param {Float32Array} samples @param {number} rate */
function periodicity(samples, rate) {
  const coarse = Float32Array.from({length: samples.length / STEP}, (_, i) => mean(samples, i * STEP))
  let best = 0
  for (let lag = Math.ceil(rate / 500); lag <= Math.min(rate / 75, coarse.length / 2); lag++) {
    let both = 0
    let first = 1e-12
    let second = 1e-12
    for (let i = lag; i < coarse.length; i++) {
      both += coarse[i] * coarse[i - lag]
      first += coarse[i] ** 2
      second += coarse[i - lag] ** 2
    }
    best = Math.max(best, both / Math.sqrt(first * second))
  }
  return best
}

/** @param {Float32Array} samples @param {number} from */
function mean(samples, from) {
  let sum = 0
  for (let i = from; i < from + STEP; i++) sum += samples[i]
  return sum / STEP
}
