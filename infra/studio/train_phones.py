"""Train the film's ear for phones on what `phone_speech.py` has made, and write its weights.

A small network with two hidden layers, trained by Adam (Kingma and Ba 2014) in numpy. Each sentence is heard as it is,
and again worse: another tract, another microphone, a room, noise, a narrow band, a codec.
"""

import io
import sys
import wave
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from phone_kinds import IGNORED, pieces
from phone_speech import RATE, SEED, resampled

from adapters.faces.studio.film import phones
from adapters.faces.studio.film.phone_features import FEATURES, PHONE_RATE, features_at, spectra_of

COPIES = 2
"""How often a sentence is heard again, worse than it is."""
SHIFTS = (0.0, 0.2, 0.33)
"""By copy: how much faster and higher, or slower and lower, a sentence is heard at most (natural logarithm)."""
HIDDEN = (192, 96)
EPOCHS, EPOCHS_OF_ALL, BATCH = 5, 2, 1024
FASTEST, SLOWEST = 2e-3, 2e-5
"""Size of the steps of learning: at first and at last."""
SMOOTHING = 0.05
"""Share of certainty that is not asked for (Szegedy 2016): labels are some 10 ms wrong."""
KEPT = 0.85
"""Share of hidden units that are heard in a step of learning."""
UNHEARD = 40
"""Sentences of each voice that was held back at first, of which nothing is learned at all."""
BLOCK = 4096
"""Samples: sentences are made worse in multiples of it."""

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one hearing of one sentence teaches."""

    features: Array
    kinds: NDArray[np.int8]
    """By step, an index of `phones.KINDS`; -1 where nothing is learned."""


def sentence(path: Path) -> tuple[NDArray[np.float64], list[tuple[float, str]]]:
    """Return a sentence's samples, and its sounds with their ends."""
    with wave.open(str(path), "rb") as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2") / 32768
    rows = (line.split() for line in path.with_suffix(".lab").read_text().splitlines())
    return samples, [(float(end), name) for end, name in rows]


def kinds_of(speaker: str, sounds: list[tuple[float, str]], steps: int, pace: float) -> NDArray[np.int8]:
    """Return the kind of each step of a sentence that is `pace` times as fast as it was said."""
    kinds = np.full(steps, -1, dtype=np.int8)
    start = 0.0
    for end, name in sounds:
        at = start
        for kind, share in pieces(speaker, name):
            until = at + share * (end - start)
            first, last = (int(np.ceil(second / pace * PHONE_RATE - 0.5)) for second in (at, until))
            kinds[max(first, 0) : max(last, 0)] = -1 if kind == IGNORED else phones.KINDS.index(kind)
            at = until
        start = end
    return kinds


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


def lessons(path: Path) -> list[Lesson]:
    """Return what a sentence teaches: as it is, and worse."""
    speaker = path.parent.name
    samples, sounds = sentence(path)
    name = str(path.relative_to(path.parents[2])).encode()
    heard = []
    for copy in range(1 + COPIES):
        random = np.random.default_rng([SEED, *[copy] * (copy > 1), *name])
        before, pace, signal = 0, 1.0, samples
        if copy:
            whole = in_blocks(samples)
            count = (
                BLOCK
                // 2
                * round(len(whole) / np.exp(random.uniform(-SHIFTS[copy], SHIFTS[copy])) / (BLOCK // 2))
            )
            pace = len(whole) / count
            before = int(random.integers(0, RATE // 2))
            moved = np.pad(resampled(whole, len(whole), count), (before, 0))
            signal = worse(in_blocks(moved), random)
        features = features_at(spectra_of(signal.astype(np.float32)), 1.0).astype(np.float32)
        kinds = kinds_of(
            speaker, [(end + before / RATE * pace, name) for end, name in sounds], len(features), pace
        )
        heard.append(Lesson(features, kinds))
    return heard


def collected(folder: Path, workers: int, first: int = 0) -> list[Lesson]:
    """Return the lessons of all speakers under a folder, from the sentence with the number `first` on."""
    paths = [path for path in sorted(folder.glob("*/*.wav")) if int(path.stem) >= first]
    with ProcessPoolExecutor(workers) as pool:
        return [lesson for some in pool.map(lessons, paths, chunksize=20) for lesson in some]


class Network:
    """A network that learns: layers of weights, with ReLU between them."""

    def __init__(self, sizes: tuple[int, ...], random: np.random.Generator) -> None:
        self.weights = [
            (random.standard_normal((a, b)) * np.sqrt(2 / a)).astype(np.float32) for a, b in pairwise(sizes)
        ]
        self.biases = [np.zeros(size, dtype=np.float32) for size in sizes[1:]]
        self._random = random
        self._means = [np.zeros_like(part) for part in self.parts]
        self._squares = [np.zeros_like(part) for part in self.parts]
        self._steps = 0

    @property
    def parts(self) -> list[Array]:
        """All that is learned."""
        return [*self.weights, *self.biases]

    def learn(self, inputs: Array, kinds: NDArray[np.int8], speed: float) -> float:
        """Take one step of learning from some steps' inputs and kinds, and return the mean loss before it."""
        signals, masks = [inputs], []
        for weights, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            active = signals[-1] @ weights + bias
            mask = (
                (active > 0) * (self._random.random(active.shape, dtype=np.float32) < KEPT) / np.float32(KEPT)
            )
            masks.append(mask)
            signals.append(active * mask)
        score = signals[-1] @ self.weights[-1] + self.biases[-1]
        score -= score.max(axis=1, keepdims=True)
        share = np.exp(score)
        share /= share.sum(axis=1, keepdims=True)
        rows = np.arange(len(kinds))
        loss = -float(np.mean(np.log(share[rows, kinds] + 1e-9)))
        wanted = np.full_like(share, SMOOTHING / share.shape[1])
        wanted[rows, kinds] += 1 - SMOOTHING
        slope = (share - wanted) / np.float32(len(kinds))
        steps_w, steps_b = [], []
        for layer in range(len(self.weights) - 1, -1, -1):
            steps_w.append(signals[layer].T @ slope)
            steps_b.append(slope.sum(axis=0))
            if layer:
                slope = (slope @ self.weights[layer].T) * masks[layer - 1]
        self._move([*steps_w[::-1], *steps_b[::-1]], speed)
        return loss

    def _move(self, slopes: list[Array], speed: float) -> None:
        self._steps += 1
        correction = np.sqrt(1 - 0.999**self._steps) / (1 - 0.9**self._steps)
        for part, slope, mean, square in zip(self.parts, slopes, self._means, self._squares, strict=True):
            mean += np.float32(0.1) * (slope - mean)
            square += np.float32(0.001) * (slope * slope - square)
            part -= np.float32(speed * correction) * mean / (np.sqrt(square) + np.float32(1e-8))


def teach(
    network: Network, given: list[Lesson], random: np.random.Generator, epochs: int, fastest: float
) -> None:
    """Let a network learn from lessons, `epochs` times from each."""
    reach = max(phones.OFFSETS)
    features = np.concatenate(
        [np.pad(lesson.features, ((reach, reach), (0, 0)), mode="edge") for lesson in given]
    )
    features = np.rint(np.clip(features, -phones.LARGEST_INPUT, phones.LARGEST_INPUT) / phones.INPUT_STEP)
    features = (features * phones.INPUT_STEP).astype(np.float32)
    kinds = np.concatenate([np.pad(lesson.kinds, reach, constant_values=-1) for lesson in given])
    steps = np.flatnonzero(kinds >= 0)
    offsets = np.array(phones.OFFSETS)
    total = epochs * (len(steps) // BATCH)
    done = 0
    for epoch in range(epochs):
        losses = []
        order = random.permutation(steps)
        for start in range(0, len(order) - BATCH + 1, BATCH):
            batch = order[start : start + BATCH]
            inputs = features[batch[:, None] + offsets].reshape(BATCH, -1)
            speed = SLOWEST + (fastest - SLOWEST) * 0.5 * (1 + np.cos(np.pi * done / total))
            losses.append(network.learn(inputs, kinds[batch], speed * min(1.0, (done + 1) / 200)))
            done += 1
        sys.stdout.write(f"epoch {epoch}: loss {np.mean(losses):.4f}, {len(steps)} steps\n")


def course(given: list[Lesson]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how often each kind is heard, and how often one follows another."""
    count = len(phones.KINDS)
    moves = np.full((count, count), 0.5)
    heard = Counter[int]()
    for lesson in given:
        known = lesson.kinds.astype(int)
        pair = (known[:-1] >= 0) & (known[1:] >= 0)
        np.add.at(moves, (known[:-1][pair], known[1:][pair]), 1)
        heard.update(known[known >= 0].tolist())
    prior = np.array([heard[kind] + 1.0 for kind in range(count)])
    return prior / prior.sum(), moves / moves.sum(axis=1, keepdims=True)


def written(network: Network, given: list[Lesson], target: Path) -> None:
    """Write what a network has learned, and how speech goes in its lessons."""
    prior, moves = course(given)
    largest = np.iinfo(np.int16).max
    learned: dict[str, NDArray[np.generic]] = {
        f"weights{layer}": np.clip(np.rint(weights / phones.WEIGHT_STEP), -largest, largest).astype(np.int16)
        for layer, weights in enumerate(network.weights)
    }
    learned |= {f"biases{layer}": biases for layer, biases in enumerate(network.biases)}
    learned |= {"prior": prior.astype(np.float32), "moves": moves.astype(np.float32)}
    np.savez_compressed(target, **learned)  # type: ignore[arg-type]  # numpy takes any arrays by name


def main() -> None:
    """Train on the speech in a folder, and write two files of weights.

    `<target>` has heard all voices; `<target>-some` has not heard those that are held back, and serves to measure.
    """
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    random = np.random.default_rng(SEED)
    network = Network((len(phones.OFFSETS) * FEATURES, *HIDDEN, len(phones.KINDS)), random)
    given = collected(source / "train", 2)
    teach(network, given, random, EPOCHS, FASTEST)
    written(network, given, target.with_stem(target.stem + "-some"))
    given += collected(source / "held-back", 2, first=UNHEARD)
    teach(network, given, random, EPOCHS_OF_ALL, FASTEST / 3)
    written(network, given, target)


if __name__ == "__main__":
    main()
