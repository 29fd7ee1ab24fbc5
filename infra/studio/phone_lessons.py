"""What the film's ear learns from: sentences that `phone_speech.py` has made, as they are and worse.

Worse is another tract, another pitch, another pace up to 1.8 times as fast, another microphone, a room, noise, a narrow
band, a codec.
"""

import io
import wave
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from phone_kinds import IGNORED, KINDS, pieces
from phone_speech import RATE, SEED, resampled

from adapters.faces.studio.film.phone_features import MOMENTS, PHONE_RATE, features_at, spectra_of
from adapters.faces.studio.film.phones import INPUT_STEP, LARGEST_INPUT

COPIES, COPIES_OF_NATURAL = 1, 2
"""How often a sentence is heard again, worse than it is; `NATURAL` programs are made of a person's sounds."""
NATURAL = ("festival", "flite")
TEMPI = (-0.1, 0.6)
"""Natural logarithms of how many times as fast a sentence is heard, at its own pitch."""
TRACTS, TRACTS_OF_MOVED = np.exp(np.linspace(-0.17, 0.17, 21)), np.exp(np.linspace(-0.085, 0.085, 11))
"""By how much the frequencies of a tract are scaled, and where its pitch has moved with them already."""
MOVES = 0.25
"""Natural logarithm by which pitch, tract and pace move together at most."""
SHARE_MOVED, SHARE_WORSE = 0.3, 0.85
BLOCK = 4096
"""Samples: sentences are made worse in multiples of it."""

Sounds = list[tuple[float, str]]
"""Names of sounds with their ends in seconds."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one hearing of one sentence teaches."""

    features: NDArray[np.int8]
    """(moments, features) in units of `INPUT_STEP`."""
    kinds: NDArray[np.int8]
    """By step, an index of `KINDS`; -1 where nothing is learned."""


def sentence(path: Path) -> tuple[NDArray[np.float64], Sounds]:
    """Return a sentence's samples, and its sounds with their ends."""
    with wave.open(str(path), "rb") as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2") / 32768
    rows = (line.split() for line in path.with_suffix(".lab").read_text().splitlines())
    return samples, [(float(end), name) for end, name in rows]


def kinds_of(speaker: str, sounds: Sounds, steps: int, pace: float) -> NDArray[np.int8]:
    """Return the kind of each step of a sentence that is `pace` times as fast as it was said."""
    kinds = np.full(steps, -1, dtype=np.int8)
    start = 0.0
    for end, name in sounds:
        at = start
        for kind, share in pieces(speaker, name):
            until = at + share * (end - start)
            first, last = (int(np.ceil(second / pace * PHONE_RATE - 0.5)) for second in (at, until))
            kinds[max(first, 0) : max(last, 0)] = -1 if kind == IGNORED else KINDS.index(kind)
            at = until
        start = end
    return kinds


def lessons(path: Path) -> list[Lesson]:
    """Return what a sentence teaches: as it is, and worse."""
    speaker = path.parent.name
    samples, sounds = sentence(path)
    own = str(path.relative_to(path.parents[1])).encode()
    heard = []
    for copy in range(1 + (COPIES_OF_NATURAL if speaker.startswith(NATURAL) else COPIES)):
        random = np.random.default_rng([SEED, copy, *own])
        signal, before, moved, tempo, tract = samples, 0, 1.0, 1.0, 1.0
        if copy:
            before = int(random.integers(0, RATE // 2))
            signal = in_blocks(np.pad(samples, (before, 0)))
            if copy > COPIES or random.random() < SHARE_MOVED:
                count = BLOCK // 2 * round(len(signal) / np.exp(random.uniform(-MOVES, MOVES)) / (BLOCK // 2))
                moved = len(signal) / count
                signal = in_blocks(resampled(signal, len(signal), count))
            tempo = float(np.exp(random.uniform(*TEMPI)))
            tract = float(random.choice(TRACTS if moved == 1.0 else TRACTS_OF_MOVED))
            if random.random() < SHARE_WORSE:
                signal = worse(signal, random)
        features = features_at(spectra_of(signal.astype(np.float32), tempo), tract)
        later = [(end + before / RATE, name) for end, name in sounds]
        heard.append(
            Lesson(whole(features), kinds_of(speaker, later, len(features) // MOMENTS, tempo * moved))
        )
    return heard


def whole(features: NDArray[np.float64]) -> NDArray[np.int8]:
    """Return features in units of `INPUT_STEP`."""
    return np.rint(np.clip(features, -LARGEST_INPUT, LARGEST_INPUT) / INPUT_STEP).astype(np.int8)


def collected(paths: Iterable[Path], workers: int) -> list[Lesson]:
    """Return the lessons of sentences."""
    with ProcessPoolExecutor(workers) as pool:
        return [lesson for some in pool.map(lessons, paths, chunksize=20) for lesson in some]


def worse(samples: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    """Return a sentence as another room, microphone and line would give it."""
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    knots = np.geomspace(60, 8000, 7)
    gain = np.interp(hertz, knots, np.cumsum(random.normal(0, 2.5, 7)))
    if random.random() < 0.3:
        gain -= 24 * np.clip(np.log2(np.maximum(hertz, 1) / random.uniform(3200, 7000)), 0, None)
    if random.random() < 0.3:
        gain -= 18 * np.clip(np.log2(random.uniform(80, 320) / np.maximum(hertz, 20)), 0, None)
    out = np.fft.irfft(spectrum * 10 ** (gain / 20), len(samples))
    if random.random() < 0.4:
        out = _in_a_room(out, random)
    level = np.sqrt(np.mean(out**2)) + 1e-9
    if random.random() < 0.7:
        noise = np.fft.rfft(random.standard_normal(len(out)))
        noise *= np.maximum(hertz, 50) ** -random.uniform(0, 1)
        hum = np.fft.irfft(noise, len(out))
        out = out + hum * level / np.std(hum) * 10 ** (-random.uniform(8, 40) / 20)
    out = out / (np.abs(out).max() + 1e-9) * 10 ** (-random.uniform(1, 25) / 20)
    if random.random() < 0.25:
        out = _through_a_codec(out, random)
    return out


def _in_a_room(samples: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    """Return a sentence with the sparse echoes and the tail of a room."""
    length = int(random.uniform(0.05, 0.3) * RATE)
    tail = random.standard_normal(length) * np.exp(-5.0 * np.arange(length) / length)
    tail *= random.uniform(0.05, 0.5) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    size = len(samples) + 2 * BLOCK
    return np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(tail, size), size)[: len(samples)]


def _through_a_codec(samples: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    """Return a sentence encoded by Opus or MP3 and decoded again, in step with what it was."""
    codec, form, rate, bits = [
        ("libopus", "ogg", 48_000, (12_000, 32_000)),
        ("libmp3lame", "mp3", RATE, (24_000, 64_000)),
    ][random.integers(2)]
    file = io.BytesIO()
    with av.open(file, "w", format=form) as target:
        stream = target.add_stream(codec, rate=rate, layout="mono")
        if not isinstance(stream, av.AudioStream):
            raise TypeError(codec)
        stream.bit_rate = int(random.integers(*bits))
        loud = resampled(samples, RATE, rate) if rate != RATE else samples
        frame = av.AudioFrame.from_ndarray((loud * 32767).astype(np.int16)[None], format="s16", layout="mono")
        frame.sample_rate = rate
        resampler = av.AudioResampler(stream.format.name, "mono", rate, frame_size=stream.frame_size or 960)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            target.mux(stream.encode(part))
        target.mux(stream.encode(None))
    file.seek(0)
    with av.open(file, "r") as source:
        to_mono = av.AudioResampler("fltp", "mono", RATE)
        parts = [part.to_ndarray()[0] for frame in source.decode(audio=0) for part in to_mono.resample(frame)]
    decoded = np.concatenate(parts).astype(np.float64)
    return _in_step(decoded[: 2 * len(samples)], samples)


def _in_step(late: NDArray[np.float64], samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a decoded sentence without the codec's delay, which is found by correlation."""
    size = 2 * len(samples)
    match = np.fft.irfft(np.fft.rfft(late, size) * np.conj(np.fft.rfft(samples, size)), size)
    delay = int(np.argmax(match[:4000]))
    shifted = late[delay : delay + len(samples)]
    return np.pad(shifted, (0, len(samples) - len(shifted)))


def in_blocks(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return samples with silence after them up to whole blocks, whose Fourier transforms are quick."""
    return np.pad(samples, (0, -len(samples) % BLOCK))
