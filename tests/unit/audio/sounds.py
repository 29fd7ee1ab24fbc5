"""Sounds of known properties, mono float32 at 16 kHz."""

import numpy as np
from numpy.typing import NDArray

from application.ports.audio import SAMPLE_RATE

Samples = NDArray[np.float32]
SPEED_OF_SOUND = 35_000.0  # cm/s


def times(seconds: float) -> NDArray[np.float64]:
    return np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * SAMPLE_RATE), dtype=np.float32)


def sine(hertz: float, seconds: float = 3.0) -> Samples:
    return (0.3 * np.sin(2 * np.pi * hertz * times(seconds))).astype(np.float32)


def chirp(low: float, high: float, seconds: float = 3.0) -> Samples:
    hertz = np.linspace(low, high, int(seconds * SAMPLE_RATE))
    return (0.3 * np.sin(2 * np.pi * np.cumsum(hertz) / SAMPLE_RATE)).astype(np.float32)


def beep(*hertz: float, seconds: float = 0.5, peak: float = 0.3) -> Samples:
    """Return sines that sound together, with short ends."""
    time = times(seconds)
    sound = sum(np.sin(2 * np.pi * h * time) for h in hertz) / len(hertz)
    ends = np.minimum(1, np.minimum(time, seconds - time) / 0.005)
    return np.asarray(peak * sound * ends, dtype=np.float32)


def ringback() -> Samples:
    """Return two seconds of 440 and 480 Hz and four of silence, twice, as North American telephones ring."""
    return np.tile(np.concatenate([beep(440, 480, seconds=2.0), silence(4.0)]), 2)


def countdown() -> Samples:
    """Return three short pips and a longer one."""
    return np.concatenate([*[beep(1_000, seconds=0.1), silence(0.9)] * 3, beep(1_000, seconds=0.5)])


def dialling() -> Samples:
    """Return the tones of a few keys of a telephone."""
    keys = ((697, 1_209), (770, 1_336), (852, 1_477), (941, 1_336), (697, 1_477))
    return np.concatenate([part for key in keys for part in (beep(*key, seconds=0.1), silence(0.06))])


def mains_hum(mains_hz: float, seconds: float = 10.0) -> Samples:
    """Return the hum of the mains, with five partials."""
    time = times(seconds)
    sound = sum(np.sin(2 * np.pi * k * mains_hz * time + k) / k for k in range(1, 6))
    return np.asarray(0.1 * sound, dtype=np.float32)


def white_noise(seconds: float = 3.0, seed: int = 1) -> Samples:
    noise = np.random.default_rng(seed).standard_normal(int(seconds * SAMPLE_RATE))
    return (0.1 * noise).astype(np.float32)


def pink_noise(seconds: float = 3.0, seed: int = 1) -> Samples:
    spectrum = np.fft.rfft(white_noise(seconds, seed))
    sound = np.fft.irfft(spectrum / np.sqrt(np.arange(len(spectrum)) + 1), n=int(seconds * SAMPLE_RATE))
    return np.asarray(0.1 * sound / sound.std(), dtype=np.float32)


def with_noise(samples: Samples, decibels: float, noise: Samples) -> Samples:
    """Add noise that is `decibels` weaker than the sound."""
    noise = np.resize(noise, samples.shape)
    ratio = np.sqrt(np.mean(samples**2) / np.mean(noise**2)) * 10 ** (-decibels / 20)
    return np.asarray(samples + ratio * noise, dtype=np.float32)


def partials(hertz: NDArray[np.float64]) -> Samples:
    """Return a band-limited sawtooth whose pitch may change: harmonics up to 7 kHz, harmonic k at 1/k of the first."""
    phase = 2 * np.pi * np.cumsum(hertz) / SAMPLE_RATE
    count = int(7_000 / hertz.max())
    sound = sum(np.sin(k * phase) / k for k in range(1, count + 1))
    return np.asarray(0.3 * sound / np.abs(sound).max(), dtype=np.float32)


def steady(hertz: float, seconds: float = 2.0) -> Samples:
    return partials(np.full(int(seconds * SAMPLE_RATE), hertz))


def glide(low: float, high: float, seconds: float = 2.0) -> Samples:
    return partials(low * (high / low) ** np.linspace(0, 1, int(seconds * SAMPLE_RATE)))


def tube(length_cm: float, pitch_hz: float, seconds: float = 2.0) -> Samples:
    """Return the sound of the vocal folds (-6 dB per octave, lips included) through a uniform tube.

    The tube is closed at one end and open at the other.
    """
    source = partials(pitch_hz * (1 + 0.02 * np.sin(2 * np.pi * 3 * times(seconds))))
    spectrum = np.fft.rfft(source, 2 * len(source))
    frequency = np.fft.rfftfreq(2 * len(source), 1 / SAMPLE_RATE)
    for i in range(1, 40):
        centre, width = (2 * i - 1) * SPEED_OF_SOUND / (4 * length_cm), 60 + 15 * i
        pole = -np.pi * width + 2j * np.pi * centre
        s = 2j * np.pi * frequency
        spectrum *= np.abs(pole) ** 2 / ((s - pole) * (s - np.conj(pole)))
    sound = np.fft.irfft(spectrum)[: len(source)]
    return np.asarray(0.3 * sound / np.abs(sound).max(), dtype=np.float32)


def telephone(samples: Samples) -> Samples:
    """Return a sound as a telephone transmits it: 300 to 3400 Hz, in 8-bit mu-law at 8 kHz."""
    sound = band(samples, 300, 3_400)[::2]
    peak = np.abs(sound).max()
    code = np.round(np.sign(sound) * np.log1p(255 * np.abs(sound) / peak) / np.log(256) * 127) / 127
    spread = np.zeros(len(samples), dtype=np.float32)
    spread[::2] = 2 * peak * np.sign(code) * (256 ** np.abs(code) - 1) / 255
    return band(spread, 0, 3_900)


def band(samples: Samples, low: float, high: float) -> Samples:
    """Return what lies between two frequencies in Hz, as behind a filter without slopes."""
    spectrum = np.fft.rfft(samples)
    frequency = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    spectrum[(frequency < low) | (frequency > high)] = 0
    return np.fft.irfft(spectrum, len(samples)).astype(np.float32)


def dark(samples: Samples, decibels: float) -> Samples:
    """Return a sound that falls by more decibels an octave above 500 Hz."""
    frequency = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    gains = (np.maximum(frequency, 500) / 500) ** (-decibels / 6.02)
    return np.fft.irfft(np.fft.rfft(samples) * gains, len(samples)).astype(np.float32)


def melody() -> Samples:
    """Return plucked notes one after another."""
    semitones = (0, 4, 7, 12, 7, 4, 0, 5, 9, 12, 9, 5)  # above middle C
    time = times(0.35)
    return np.concatenate(
        [steady(262 * 2 ** (n / 12), 0.35) * np.exp(-time / 0.3) for n in semitones]
    ).astype(np.float32)


def chords() -> Samples:
    """Return four triads of one second each."""
    roots = (262.0, 349.0, 392.0, 262.0)
    return np.concatenate([sum(steady(r * f, 1.0) for f in (1, 1.26, 1.5)) / 3 for r in roots]).astype(
        np.float32
    )


def barking() -> Samples:
    """Return six short, harsh sounds whose pitch falls, with pauses between them."""
    length = int(0.15 * SAMPLE_RATE)
    envelope = np.exp(-3 * np.linspace(0, 1, length)) * np.minimum(np.linspace(0, 12, length), 1)
    burst = (partials(np.linspace(750, 450, length)) + white_noise(0.15)) * envelope
    pause = silence(0.4)
    return np.concatenate([part for _ in range(6) for part in (burst, pause)]).astype(np.float32)
