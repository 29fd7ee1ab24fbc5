"""Any recording to mono float32 at 16 kHz, at a cost that is bounded whatever the file claims to be."""

import errno
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.codec.context import CodecContext
from av.container import InputContainer
from numpy.typing import NDArray

from adapters.audio.containers import CODECS, DEMUXERS, file_ending, is_listed
from application.ports.audio import SAMPLE_RATE
from domain.refusals import refusal

Samples = NDArray[np.float32]

SHORTEST = 0.95
"""Seconds. One second is asked for; lossy codecs may lose a frame at either end."""
LONGEST = 60.25
"""Seconds. One minute is allowed; lossy codecs may pad a frame at either end."""

_MOST_PACKETS = 200_000  # a minute of 2.5 ms Opus has 24,000; the rest is room for pictures beside the sound
_MOST_DAMAGED = 200
_MOST_READINGS = 4  # times the file's size, so that no index can send the reader to and fro for ever
_SAMPLE_RATES = range(4_000, 384_001)
_MOST_CHANNELS = 16
_BATCH = 16_384  # samples a channel
_OPTIONS = {
    "format_whitelist": DEMUXERS,
    "codec_whitelist": CODECS,
    "protocol_whitelist": "none",
    "max_streams": "32",
    "probesize": "2000000",
    "max_probe_packets": "2000",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A decoded recording."""

    samples: Samples
    """Mono, -1..1, at `SAMPLE_RATE`."""
    suffix: str
    """The file ending that goes with the container, with its dot, such as `.webm`."""

    @property
    def seconds(self) -> float:
        """Length of the sound that was really there, whatever the header said."""
        return len(self.samples) / SAMPLE_RATE


def decode(path: Path) -> Sound:
    """Decode the first audio stream of a file, chosen by content, never by name.

    The same samples come from every lossless container. Raises `VoiceRefused` with `not_audio`, `too_short`,
    `too_long` or `too_costly`; reads at most a few times the file's size and stops soon after a minute.
    """
    with path.open("rb") as file:
        metered = _Metered(file, budget=_MOST_READINGS * path.stat().st_size + 4_000_000)
        try:
            with av.open(
                metered, "r", options=_OPTIONS, io_open=_open_nothing_else, metadata_errors="ignore"
            ) as container:
                return _decode(container)
        except (av.FFmpegError, ValueError, OverflowError) as error:
            raise refusal("too_costly" if metered.spent else "not_audio") from error


def _decode(container: InputContainer) -> Sound:
    # A stream of a codec that FFmpeg does not know has no context, which PyAV's types do not tell.
    known = (s for s in container.streams.audio if cast("CodecContext | None", s.codec_context) is not None)
    stream = next((s for s in known if is_listed(s.codec_context.name)), None)
    if stream is None:
        raise refusal("not_audio")
    suffix = file_ending(container.format.name, stream.codec_context.name)
    blocks: list[Samples] = []
    length = 0
    for block in _resampled(_frames(container, stream)):
        blocks.append(block)
        length += len(block)
        if length > LONGEST * SAMPLE_RATE:
            raise refusal("too_long")
    if not blocks:
        raise refusal("not_audio")
    if length < SHORTEST * SAMPLE_RATE:
        raise refusal("too_short")
    samples = np.concatenate(blocks)
    if not np.isfinite(samples).all():
        raise refusal("not_audio")
    return Sound(samples=samples.clip(-1, 1), suffix=suffix)


def _frames(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """Yield what can be decoded: a cut-off end or a damaged packet costs its own sound only."""
    stream.codec_context.thread_count = 1
    damaged = 0
    packets = container.demux(stream)
    for _ in range(_MOST_PACKETS):
        try:
            packet = next(packets, None)
            if packet is None:
                return
            frames = packet.decode()
        except av.InvalidDataError:
            damaged += 1
            if damaged > _MOST_DAMAGED:
                raise
            continue
        for frame in frames:
            if frame.sample_rate not in _SAMPLE_RATES or frame.layout.nb_channels > _MOST_CHANNELS:
                raise refusal("not_audio")
            yield frame
    raise refusal("too_costly")


def _resampled(frames: Iterator[AudioFrame]) -> Iterator[Samples]:
    """Mix down and resample frames whose format may change on the way, as in chained Ogg files."""
    for _, run in groupby(
        frames, key=lambda frame: (frame.format.name, frame.layout.name, frame.sample_rate)
    ):
        resampler = AudioResampler(format="fltp", rate=SAMPLE_RATE)
        for batch in chain(_batches(run), [None]):
            # FFmpeg's own mix to mono would raise two equal channels by 3 dB, and clip them
            for block in resampler.resample(batch):
                yield block.to_ndarray().mean(axis=0, dtype=np.float32)


def _batches(frames: Iterator[AudioFrame]) -> Iterator[AudioFrame]:
    """Join frames of 2.5 to 100 ms: the resampler's cost is by the call."""
    fifo = AudioFifo()
    for frame in frames:
        frame.pts = None  # gaps and jumps that a file claims are no sound
        fifo.write(frame)
        if fifo.samples >= _BATCH:
            yield from _drained(fifo)
    yield from _drained(fifo)


def _drained(fifo: AudioFifo) -> Iterator[AudioFrame]:
    batch = fifo.read()
    if batch is not None:
        yield batch


class _Metered(io.RawIOBase):
    """A file that ends early once more was read from it than its size can justify."""

    def __init__(self, file: io.BufferedReader, *, budget: int) -> None:
        self._file = file
        self._left = budget

    @property
    def spent(self) -> bool:
        return self._left <= 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self.spent:
            return b""
        data = self._file.read(size)
        self._left -= len(data) + 1_000
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        try:
            return self._file.seek(offset, whence)
        except OSError:  # a place that no file can have
            return -errno.EINVAL  # as FFmpeg has its readers say no

    def tell(self) -> int:
        return self._file.tell()


def _open_nothing_else(url: str, flags: int, options: dict[str, str]) -> None:
    raise PermissionError(f"a recording asked for another file: {url!r}")
