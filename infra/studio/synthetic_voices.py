"""Voices that nobody owns: a small source-filter synthesiser for contact sheets.

It babbles open and closed vowels, hisses and pauses with a given pitch and vocal tract; nobody would take it for
a person, but it is measured like one.
"""

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
FRAME = 0.02
"""Seconds; frames overlap by half."""
FFT_SIZE = 1024

MAN_TRACT_CM = 17.0
VOWELS = {
    "a": (730, 1090, 2440),
    "e": (530, 1840, 2480),
    "i": (300, 2250, 2950),
    "o": (540, 880, 2410),
    "u": (320, 900, 2240),
}
"""Formants in Hz of a man's vowels, rounded after Peterson and Barney (1952)."""
UPPER_FORMANTS = (3500, 4500)
BANDWIDTHS = (90, 110, 150, 200, 260)
USUAL_COLOUR = (8.0, 1.0, -4.0, -4.0, 2.0, 2.0, -15.0)
"""Decibels at bends of the spectrum from 150 Hz to 8 kHz that people's mean spectra have beside the bare model's."""
COLOUR_DECIBELS = 5.0
"""How much throats and microphones differ at each of them."""
OPENING, CLOSING = 0.40, 0.16
"""Shares of a period in which the glottis opens, and closes."""
SYLLABLES = "ae.iosu.a.ieo.sau.o.eis.aoe.ui.asa.oi.e"
"""Vowels, `s` for a hiss, `.` for a pause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticVoice:
    """Who babbles."""

    pitch_hz: float
    tract_cm: float
    breath: float
    """Share of noise in the voice's source, 0..1."""
    liveliness: float
    """Reach of the melody in semitones."""
    seed: int
    """Of the small ways in which this voice differs from another with the same figures."""


def babble(voice: SyntheticVoice) -> NDArray[np.float32]:
    """Return about five seconds of sound, mono at `RATE`."""
    random = np.random.default_rng(voice.seed)
    scale = MAN_TRACT_CM / voice.tract_cm
    lean = 1 + 0.06 * random.standard_normal(5)
    sounds, melody = [], []
    for place, sound in enumerate(SYLLABLES):
        seconds = {".": 0.12, "s": 0.11}.get(sound, 0.17 + 0.05 * random.random())
        sounds += [sound] * round(seconds / (FRAME / 2))
        melody += [random.uniform(-1, 1) * voice.liveliness - 0.05 * place] * round(seconds / (FRAME / 2))
    frames = len(sounds)
    length = int(frames * FRAME / 2 * RATE)
    semitones = np.interp(np.arange(length), np.linspace(0, length, frames), _smoothed(np.array(melody)))
    semitones += 0.25 * np.interp(
        np.arange(length), np.linspace(0, length, frames * 2), random.standard_normal(frames * 2)
    )
    pitch = voice.pitch_hz * 2 ** ((semitones - np.median(semitones)) / 12)
    phase = np.cumsum(pitch / RATE) % 1
    opening = _glottis(phase)
    breath = random.standard_normal(length) * (0.10 + 0.35 * voice.breath) * (0.3 + opening)
    source = np.diff(opening, prepend=0.0) * 4 + 0.2 * breath
    hiss = np.diff(random.standard_normal(length), prepend=0.0)

    hop, width = int(FRAME / 2 * RATE), int(FRAME * RATE)
    window = np.hanning(width + 1)[:-1]
    out = np.zeros(length + FFT_SIZE)
    frequencies = np.fft.rfftfreq(FFT_SIZE, 1 / RATE)
    tilt = 1 / np.sqrt(1 + (frequencies / (3500 + 900 * random.standard_normal())) ** 2)
    knots = np.geomspace(150, 8000, len(USUAL_COLOUR))
    tilt *= 10 ** (np.interp(frequencies, knots, random.normal(USUAL_COLOUR, COLOUR_DECIBELS)) / 20)
    formants = _smoothed(np.array([_formants(sounds, index) for index in range(frames)])) * scale * lean
    loud = _smoothed(np.array([{".": 0.0, "s": 0.35}.get(sound, 1.0) for sound in sounds]))
    for index in range(frames - 2):
        start = index * hop
        hissing = sounds[index] == "s"
        piece = (hiss if hissing else source)[start : start + width] * window
        shape = (frequencies > 3500) * 0.5 if hissing else _transfer(formants[index], frequencies) * tilt
        out[start : start + FFT_SIZE] += loud[index] * np.fft.irfft(np.fft.rfft(piece, FFT_SIZE) * shape)
    out += 0.0005 * np.abs(out).max() * random.standard_normal(len(out))
    return np.asarray(0.6 * out / np.abs(out).max(), dtype=np.float32)


def _glottis(phase: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the flow through the glottis over a period: slow to open, quick to close (Rosenberg, 1971)."""
    opening = 0.5 * (1 - np.cos(np.pi * phase / OPENING))
    closing = np.cos(0.5 * np.pi * (phase - OPENING) / CLOSING)
    return np.where(phase < OPENING, opening, np.where(phase < OPENING + CLOSING, closing, 0.0))


def _formants(sounds: list[str], index: int) -> tuple[float, ...]:
    """Return the five formants at a frame; what is no vowel keeps those of the vowel before."""
    while sounds[index] not in VOWELS and index > 0:
        index -= 1
    return (*VOWELS.get(sounds[index], VOWELS["a"]), *UPPER_FORMANTS)


def _transfer(formants: NDArray[np.float64], frequencies: NDArray[np.float64]) -> NDArray[np.complex128]:
    """Return the response of a cascade of resonances."""
    s = 1j * frequencies
    response = np.ones(len(frequencies), dtype=np.complex128)
    for centre, bandwidth in zip(formants, BANDWIDTHS, strict=True):
        response *= centre**2 / (s * s + bandwidth * s + centre**2)
    return response


def _smoothed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Let neighbouring frames glide into one another."""
    kernel = np.array([1, 2, 3, 2, 1]) / 9
    padded = np.pad(values, [(2, 2)] + [(0, 0)] * (values.ndim - 1), mode="edge")
    shifted = np.stack([padded[shift : shift + len(values)] for shift in range(len(kernel))])
    return np.tensordot(kernel, shifted, axes=1)


def write_wave(samples: NDArray[np.float32], target: Path) -> None:
    """Write 16-bit mono."""
    with wave.open(str(target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
