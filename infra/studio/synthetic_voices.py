"""Synthetic voices for contact sheets, by a small source-filter synthesiser.

It speaks a fixed row of vowels, hisses and pauses with a given pitch and vocal tract. It does not sound like a person,
but it is measured like one.
"""

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
FRAME = 0.02
"""Seconds of a frame; frames overlap by half."""
FFT_SIZE = 1024
FREQUENCIES = np.fft.rfftfreq(FFT_SIZE, 1 / RATE)

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
"""Decibels between the mean spectra of people and the bare model's, at seven frequencies from 150 Hz to 8 kHz."""
COLOUR_DECIBELS = 5.0
"""Standard deviation of the same between throats and microphones."""
OPENING, CLOSING = 0.40, 0.16
"""Shares of a period in which the glottis opens and closes."""
SYLLABLES = "ae.iosu.a.ieo.sau.o.eis.aoe.ui.asa.oi.e"
"""Vowels, `s` for a hiss, `.` for a pause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticVoice:
    """The figures of one voice."""

    pitch_hz: float
    tract_cm: float
    breath: float
    """Share of noise in the voice's source, 0..1."""
    liveliness: float
    """How far the pitch moves, in semitones."""
    seed: int
    """The seed of what is different between two voices with the same figures."""


def babble(voice: SyntheticVoice) -> NDArray[np.float32]:
    """Return about five seconds of sound, mono at `RATE`."""
    random = np.random.default_rng(voice.seed)
    lean = 1 + 0.06 * random.standard_normal(5)
    sounds, melody = _score(voice, random)
    length = int(len(sounds) * FRAME / 2 * RATE)
    source = _source(voice, melody, length, random)
    hiss = np.diff(random.standard_normal(length), prepend=0.0)
    tilt = _tilt(random)
    formants = _smoothed(np.array([_formants(sounds, index) for index in range(len(sounds))]))
    formants *= MAN_TRACT_CM / voice.tract_cm
    formants *= lean
    out = _filtered(sounds, source, hiss, formants, tilt)
    out += 0.0005 * np.abs(out).max() * random.standard_normal(len(out))
    return np.asarray(0.6 * out / np.abs(out).max(), dtype=np.float32)


def _score(voice: SyntheticVoice, random: np.random.Generator) -> tuple[list[str], list[float]]:
    """Return the sound and the melody, in semitones, of each frame."""
    sounds: list[str] = []
    melody: list[float] = []
    for place, sound in enumerate(SYLLABLES):
        seconds = {".": 0.12, "s": 0.11}.get(sound, 0.17 + 0.05 * random.random())
        frames = round(seconds / (FRAME / 2))
        sounds += [sound] * frames
        melody += [random.uniform(-1, 1) * voice.liveliness - 0.05 * place] * frames
    return sounds, melody


def _source(
    voice: SyntheticVoice, melody: list[float], length: int, random: np.random.Generator
) -> NDArray[np.float64]:
    """Return the sound of the glottis: pulses that follow the melody, with breath."""
    frames = len(melody)
    time = np.arange(length)
    semitones = np.interp(time, np.linspace(0, length, frames), _smoothed(np.array(melody)))
    semitones += 0.25 * np.interp(
        time, np.linspace(0, length, frames * 2), random.standard_normal(frames * 2)
    )
    pitch = voice.pitch_hz * 2 ** ((semitones - np.median(semitones)) / 12)
    opening = _glottis(np.cumsum(pitch / RATE) % 1)
    breath = random.standard_normal(length) * (0.10 + 0.35 * voice.breath) * (0.3 + opening)
    return np.asarray(np.diff(opening, prepend=0.0) * 4 + 0.2 * breath)


def _tilt(random: np.random.Generator) -> NDArray[np.float64]:
    """Return a voice's own gain at each frequency."""
    tilt = 1 / np.sqrt(1 + (FREQUENCIES / (3500 + 900 * random.standard_normal())) ** 2)
    knots = np.geomspace(150, 8000, len(USUAL_COLOUR))
    colour = np.interp(FREQUENCIES, knots, random.normal(USUAL_COLOUR, COLOUR_DECIBELS))
    return np.asarray(tilt * 10 ** (colour / 20))


def _filtered(
    sounds: list[str],
    source: NDArray[np.float64],
    hiss: NDArray[np.float64],
    formants: NDArray[np.float64],
    tilt: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the source or the hiss, frame by frame through the filter of each sound, overlapped and added."""
    hop, width = int(FRAME / 2 * RATE), int(FRAME * RATE)
    window = np.hanning(width + 1)[:-1]
    out = np.zeros(len(source) + FFT_SIZE)
    loud = _smoothed(np.array([{".": 0.0, "s": 0.35}.get(sound, 1.0) for sound in sounds]))
    for index in range(len(sounds) - 2):
        start = index * hop
        hissing = sounds[index] == "s"
        piece = (hiss if hissing else source)[start : start + width] * window
        shape = (FREQUENCIES > 3500) * 0.5 if hissing else _transfer(formants[index]) * tilt
        out[start : start + FFT_SIZE] += loud[index] * np.fft.irfft(np.fft.rfft(piece, FFT_SIZE) * shape)
    return out


def _glottis(phase: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the flow through the glottis over a period: slow to open, quick to close (Rosenberg, 1971)."""
    opening = 0.5 * (1 - np.cos(np.pi * phase / OPENING))
    closing = np.cos(0.5 * np.pi * (phase - OPENING) / CLOSING)
    return np.where(phase < OPENING, opening, np.where(phase < OPENING + CLOSING, closing, 0.0))


def _formants(sounds: list[str], index: int) -> tuple[float, ...]:
    """Return the five formants at a frame; hisses and pauses keep those of the vowel before."""
    while sounds[index] not in VOWELS and index > 0:
        index -= 1
    return (*VOWELS.get(sounds[index], VOWELS["a"]), *UPPER_FORMANTS)


def _transfer(formants: NDArray[np.float64]) -> NDArray[np.complex128]:
    """Return the frequency response of the resonances of all formants."""
    s = 1j * FREQUENCIES
    response = np.ones(len(FREQUENCIES), dtype=np.complex128)
    for centre, bandwidth in zip(formants, BANDWIDTHS, strict=True):
        response *= centre**2 / (s * s + bandwidth * s + centre**2)
    return response


def _smoothed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values that change gradually from frame to frame."""
    kernel = np.array([1, 2, 3, 2, 1]) / 9
    padded = np.pad(values, [(2, 2)] + [(0, 0)] * (values.ndim - 1), mode="edge")
    shifted = np.stack([padded[shift : shift + len(values)] for shift in range(len(kernel))])
    return np.tensordot(kernel, shifted, axes=1)


def write_wave(samples: NDArray[np.float32], target: Path) -> None:
    """Write a WAV file, 16 bits, mono."""
    with wave.open(str(target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
