"""Damaged recordings, in many containers and with many channels; each can be made again from a seed and a number."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from io import BytesIO
from typing import cast

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from numpy.random import Generator

from unit.audio.recording import SAMPLES

LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 6: "5.1", 8: "7.1", 9: "9C", 12: "7.1.4", 16: "hexadecagonal"}
"""FFmpeg's layout for each number of channels; 9C are nine channels without a place."""
ANY = tuple(LAYOUTS)
UP_TO_EIGHT = (1, 2, 3, 6, 8)
OF_AAC = (1, 2, 3, 6, 8, 16)
SECONDS = 2.5
EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**64 - 1)
HEADER_BYTES = 600


@dataclass(frozen=True)
class Recipe:
    """A container and a codec, with the numbers of channels that both can hold."""

    format: str
    codec: str
    channels: tuple[int, ...] = ANY
    rate: int = 16_000
    bit_rate: int | None = None


RECIPES = [
    *(Recipe("wav", f"pcm_{kind}") for kind in ("s16le", "s24le", "f32le")),
    *(Recipe("wav", f"adpcm_{kind}", (1, 2)) for kind in ("ms", "ima_wav")),
    *(Recipe(name, "pcm_s16le") for name in ("w64", "avi")),
    *(Recipe(name, "pcm_s16be") for name in ("aiff", "au", "caf", "mov")),
    *(Recipe(name, "flac", UP_TO_EIGHT) for name in ("flac", "ogg", "matroska")),
    *(Recipe(name, "libopus", rate=48_000) for name in ("ogg", "webm")),
    Recipe("ogg", "vorbis", (2,)),
    *(Recipe(name, "aac", OF_AAC) for name in ("mp4", "adts", "mpegts", "flv")),
    Recipe("latm", "aac", UP_TO_EIGHT),
    Recipe("ipod", "alac", (1, 2, 3, 6)),
    Recipe("mp3", "libmp3lame", (1, 2)),
    *(Recipe(name, "libopencore_amrnb", (1,), rate=8_000) for name in ("amr", "3gp")),
    Recipe("asf", "wmav2", (1, 2), bit_rate=32_000),
    Recipe("ac3", "ac3", (1, 2, 3, 6), rate=48_000),
    Recipe("wv", "wavpack"),
    Recipe("tta", "tta"),
]
CONTAINERS = sorted({recipe.format for recipe in RECIPES})


@dataclass(frozen=True)
class Damaged:
    """A damaged recording, named after the one that it was made from."""

    container: str
    channels: int
    content: bytes


def damaged(seed: int, number: int) -> Damaged:
    """Return the damaged recording with this number; each container is chosen equally often."""
    random = np.random.default_rng([seed, number])
    recipe, channels = _chosen(random)
    content = recording(recipe, channels)
    for _ in range(int(random.integers(1, 4))):
        content = MUTATIONS[int(random.integers(len(MUTATIONS)))](random, content)
    return Damaged(container=recipe.format, channels=channels, content=content)


@cache
def recording(recipe: Recipe, channels: int) -> bytes:
    """Return a voice in a container, later and softer in each further channel."""
    voice = _voice()
    sound = np.stack([np.roll(voice, 80 * n) * (1 - n / 20) for n in range(channels)], axis=1)
    frame = AudioFrame.from_ndarray(sound.astype(np.int16).reshape(1, -1), "s16", LAYOUTS[channels])
    frame.sample_rate, frame.pts, frame.time_base = 16_000, 0, Fraction(1, 16_000)
    content = BytesIO()
    with av.open(content, "w", format=recipe.format, options={"fflags": "+bitexact"}) as output:
        stream = cast(AudioStream, output.add_stream(recipe.codec, rate=recipe.rate))
        stream.layout = LAYOUTS[channels]
        stream.codec_context.options = {"strict": "experimental"}  # for FFmpeg's own Vorbis encoder
        if recipe.codec == "libopus" and channels > 8:
            stream.codec_context.options = {"mapping_family": "255"}
        if recipe.bit_rate is not None:
            stream.bit_rate = recipe.bit_rate
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return content.getvalue()


@cache
def _voice() -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    with av.open(str(SAMPLES / "voice.flac")) as file:
        samples = np.concatenate([frame.to_ndarray()[0] for frame in file.decode(audio=0)])
    return samples[: int(SECONDS * 16_000)].astype(np.int16)


def _chosen(random: Generator) -> tuple[Recipe, int]:
    container = CONTAINERS[int(random.integers(len(CONTAINERS)))]
    choices = [(recipe, n) for recipe in RECIPES if recipe.format == container for n in recipe.channels]
    return choices[int(random.integers(len(choices)))]


def _place(random: Generator, content: bytes) -> int:
    return int(random.integers(len(content) + 1))


def _block(random: Generator, content: bytes) -> tuple[int, int]:
    """Return where a block begins and ends; short blocks are as likely as long ones."""
    start = _place(random, content)
    return start, min(len(content), start + int(2 ** random.uniform(0, 16)))


def _cut_off(random: Generator, content: bytes) -> bytes:
    return content[: _place(random, content)]


def _part_from_the_middle(random: Generator, content: bytes) -> bytes:
    start, end = sorted((_place(random, content), _place(random, content)))
    return content[start:end]


def _bits_flipped(random: Generator, content: bytes) -> bytes:
    changed = np.frombuffer(content, np.uint8).copy()
    if changed.size:
        places = random.integers(changed.size, size=int(2 ** random.uniform(0, 8)))
        changed[places] ^= np.uint8(1) << random.integers(8, size=len(places), dtype=np.uint8)
    return changed.tobytes()


def _bytes_changed(random: Generator, content: bytes) -> bytes:
    changed = np.frombuffer(content, np.uint8).copy()
    if changed.size:
        places = random.integers(changed.size, size=int(2 ** random.uniform(0, 8)))
        changed[places] = random.integers(256, size=len(places))
    return changed.tobytes()


def _block_overwritten(random: Generator, content: bytes) -> bytes:
    start, end = _block(random, content)
    fills = [bytes(end - start), b"\xff" * (end - start), random.bytes(end - start)]
    return content[:start] + fills[int(random.integers(3))] + content[end:]


def _block_repeated(random: Generator, content: bytes) -> bytes:
    start, end = _block(random, content)
    return content[:end] + content[start:end] * int(random.integers(1, 9)) + content[end:]


def _block_removed(random: Generator, content: bytes) -> bytes:
    start, end = _block(random, content)
    return content[:start] + content[end:]


def _blocks_swapped(random: Generator, content: bytes) -> bytes:
    a, b, c = sorted(_place(random, content) for _ in range(3))
    return content[:a] + content[b:c] + content[a:b] + content[c:]


def _header_set_to_an_extreme(random: Generator, content: bytes) -> bytes:
    width = 1 << int(random.integers(4))
    value = EXTREMES[int(random.integers(len(EXTREMES)))] % (1 << 8 * width)
    start = int(random.integers(min(HEADER_BYTES, len(content)) + 1))
    field = value.to_bytes(width, "big" if random.integers(2) else "little")
    return content[:start] + field + content[start + width :]


def _another_joined(random: Generator, content: bytes) -> bytes:
    other = recording(*_chosen(random))
    return content + other if random.integers(2) else other + content


def _tail_appended(random: Generator, content: bytes) -> bytes:
    return content + random.bytes(int(2 ** random.uniform(0, 17)))


MUTATIONS: list[Callable[[Generator, bytes], bytes]] = [
    _cut_off,
    _part_from_the_middle,
    _bits_flipped,
    _bytes_changed,
    _block_overwritten,
    _block_repeated,
    _block_removed,
    _blocks_swapped,
    _header_set_to_an_extreme,
    _header_set_to_an_extreme,  # twice, because headers are where a decoder takes numbers on trust
    _another_joined,
    _tail_appended,
]
