"""Decodes any recording to mono float32 at 16 kHz, with limits on time and memory that no file can exceed."""

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

from adapters.audio.arrays import Samples
from adapters.audio.formats import CODECS, DEMUXERS, file_ending, is_allowed
from adapters.audio.metered_file import MeteredFile
from application.ports.audio import SAMPLE_RATE
from domain.refusals import refusal

_SHORTEST_SECONDS = 0.95  # one second is required; a lossy codec may lose a frame at either end
_LONGEST_SECONDS = 60.25  # one minute is allowed; a lossy codec may add a frame at either end

_MOST_PACKETS = (
    200_000  # a minute of 2.5 ms Opus has 24,000; the rest leaves room for the packets of pictures
)
_MOST_DAMAGED_PACKETS = 200
_MOST_READS_OF_A_FILE = (
    4  # times the file's size, so that no index can make the reader jump back and forth for ever
)
_EXTRA_READ_BUDGET = 4_000_000  # bytes, for small files
_SAMPLE_RATES = range(4_000, 384_001)
_MOST_CHANNELS = 16
_BATCH_SAMPLES = 16_384  # of each channel
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
    suffix: str
    """The file ending that belongs to the container, with its dot, such as `.webm`."""

    @property
    def seconds(self) -> float:
        """Length of the decoded samples; the length that the file claims does not count."""
        return len(self.samples) / SAMPLE_RATE


def decode(path: Path) -> Sound:
    """Decode the first audio stream of a file; the format is found by content, not by name.

    Every lossless container gives the same samples. Raises `VoiceRefused` with `not_audio`, `too_short`, `too_long` or
    `too_costly`. Reads at most a few times the file's size and stops soon after one minute of sound.
    """
    with path.open("rb") as file:
        budget = _MOST_READS_OF_A_FILE * path.stat().st_size + _EXTRA_READ_BUDGET
        metered = MeteredFile(file, budget=budget)
        try:
            with av.open(
                metered, "r", options=_OPTIONS, io_open=_refuse_other_files, metadata_errors="ignore"
            ) as container:
                return _decode(container)
        except (av.FFmpegError, ValueError, OverflowError) as error:
            raise refusal("too_costly" if metered.is_spent else "not_audio") from error


def _decode(container: InputContainer) -> Sound:
    # A stream whose codec FFmpeg does not know has no codec context; the types of PyAV do not say so.
    known = (s for s in container.streams.audio if cast("CodecContext | None", s.codec_context) is not None)
    stream = next((s for s in known if is_allowed(s.codec_context.name)), None)
    if stream is None:
        raise refusal("not_audio")
    suffix = file_ending(container.format.name, stream.codec_context.name)
    blocks: list[Samples] = []
    length = 0
    for block in _resampled(_frames(container, stream)):
        blocks.append(block)
        length += len(block)
        if length > _LONGEST_SECONDS * SAMPLE_RATE:
            raise refusal("too_long")
    if not blocks:
        raise refusal("not_audio")
    if length < _SHORTEST_SECONDS * SAMPLE_RATE:
        raise refusal("too_short")
    samples = np.concatenate(blocks)
    if not np.isfinite(samples).all():
        raise refusal("not_audio")
    return Sound(samples=samples.clip(-1, 1), suffix=suffix)


def _frames(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """Yield what can be decoded; a missing end or a damaged packet costs only its own part of the sound."""
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
            if damaged > _MOST_DAMAGED_PACKETS:
                raise
            continue
        for frame in frames:
            if frame.sample_rate not in _SAMPLE_RATES or frame.layout.nb_channels > _MOST_CHANNELS:
                raise refusal("not_audio")
            yield frame
    raise refusal("too_costly")


def _resampled(frames: Iterator[AudioFrame]) -> Iterator[Samples]:
    """Mix down and resample frames; their format may change on the way, as in chained Ogg files."""
    for _, run in groupby(
        frames, key=lambda frame: (frame.format.name, frame.layout.name, frame.sample_rate)
    ):
        resampler = AudioResampler(format="fltp", rate=SAMPLE_RATE)
        for batch in chain(_batches(run), [None]):
            # FFmpeg's own mix to mono would make two equal channels 3 dB louder, and clip them.
            for block in resampler.resample(batch):
                yield block.to_ndarray().mean(axis=0, dtype=np.float32)


def _batches(frames: Iterator[AudioFrame]) -> Iterator[AudioFrame]:
    """Join frames of 2.5 to 100 ms into larger ones, because each call of the resampler costs time."""
    fifo = AudioFifo()
    for frame in frames:
        frame.pts = None  # gaps and jumps that the timestamps claim are not sound
        fifo.write(frame)
        if fifo.samples >= _BATCH_SAMPLES:
            yield from _drained(fifo)
    yield from _drained(fifo)


def _drained(fifo: AudioFifo) -> Iterator[AudioFrame]:
    batch = fifo.read()
    if batch is not None:
        yield batch


def _refuse_other_files(url: str, flags: int, options: dict[str, str]) -> None:
    raise PermissionError(f"a recording asked for another file: {url!r}")
