"""Decodes the tracks of any recording, with limits on time and memory that no file can exceed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, groupby
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.codec.context import CodecContext
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition

from adapters.audio.arrays import Channels, Integers, Samples
from adapters.audio.channels import clearest
from adapters.audio.formats import CODECS, DEMUXERS, PREFERRED_DECODERS, is_allowed
from adapters.audio.metered_file import MeteredFile
from adapters.audio.pieces import pieces_of
from adapters.audio.recognising import require_decodable, why_nothing_is_heard
from adapters.audio.resampling import channels_of, resampled
from application.ports.audio import SAMPLE_RATE
from domain.errors import VoiceRefused
from domain.refusals import refusal
from domain.voice import LONGEST_RECORDING, SHORTEST_RECORDING

_SHORTEST_SECONDS = SHORTEST_RECORDING - 0.05  # a lossy codec may lose a frame at either end
_LONGEST_SECONDS = LONGEST_RECORDING + 0.25  # or add one

_MOST_PACKETS = 200_000  # a minute of 2.5 ms Opus has 24,000; the rest leaves room for those of pictures
_MOST_DAMAGED_PACKETS = 2_000
_MOST_READS_OF_A_FILE = 4  # times its size, so that no index can make the reader jump back and forth for ever
_EXTRA_READ_BUDGET = 4_000_000  # bytes, for small files
_SAMPLE_RATES = range(4_000, 384_001)
_KEPT_RATES = (8_000, 48_000)  # a sound with a lower or a higher rate is kept with one of these
_MOST_CHANNELS = 16
_FULL_SCALE = 1 << 23  # of samples of 24 bits
_OPTIONS = {
    "format_whitelist": DEMUXERS,
    "codec_whitelist": CODECS,
    "protocol_whitelist": "none",
    "max_streams": "32",
    "probesize": "2000000",
    "max_probe_packets": "2000",
}
_FFMPEG_ERRORS = (av.FFmpegError, ValueError, OverflowError, IndexError)
"""What PyAV raises for damaged files: FFmpeg's errors, and its own for what it cannot convert or find."""


class NoSuchTrack(Exception):
    """The file has fewer tracks than were asked for."""


@dataclass(frozen=True, kw_only=True)
class Sound:
    """A decoded recording: one channel, as it is kept."""

    pcm: Integers
    """Samples of 24 bits."""
    rate: int
    """Samples per second, 8,000 to 48,000."""

    @property
    def seconds(self) -> float:
        """Length of the decoded samples; the length that the file claims does not count."""
        return len(self.pcm) / self.rate

    @cached_property
    def samples(self) -> Samples:
        """The same sound, ready to be measured."""
        return resampled(self.pcm.astype(np.float32) / np.float32(_FULL_SCALE), self.rate, SAMPLE_RATE)

    def at(self, rate: int, seconds: int) -> Samples:
        """Return the first seconds of the sound at a sample rate; between its samples it may go beyond -1..1."""
        half = self.pcm[: seconds * self.rate].astype(np.float32) / np.float32(2 * _FULL_SCALE)
        return 2 * resampled(half, self.rate, rate)[: seconds * rate]


def decode(path: Path, track: int = 0) -> Sound:
    """Decode an audio track of a file; the format is found by content, not by name.

    Track 0 is the one that the file marks as its default, or else the first. Of several channels, the one with the
    clearest voice is decoded. Every lossless container gives the same sound. Recordings that were joined in one file
    are decoded one after another. Damaged parts are left out.

    Raises `VoiceRefused` with one of `domain.refusals.UNREADABLE`, `too_short`, `too_long` or `too_costly`, and
    `NoSuchTrack`. Reads at most a few times the file's size and stops soon after one minute of sound.
    """
    with path.open("rb") as file, _mapped(file) as content:
        require_decodable(content)
        reader = _TrackReader(track)
        frames = reader.frames(file, content)
        first = next(frames, None)
        if first is None:
            if track > 0 and not (reader.has_track or reader.is_spent):
                raise NoSuchTrack
            raise reader.why_nothing_was_read(content)
        rate = min(max(first.sample_rate, _KEPT_RATES[0]), _KEPT_RATES[1])
        blocks: list[Channels] = []
        length = 0
        for block in _blocks(chain([first], frames), rate):
            blocks.append(block)
            length += len(block)
            if length > _LONGEST_SECONDS * rate:
                raise refusal("too_long")
    if length < _SHORTEST_SECONDS * rate:
        raise refusal("too_short" if length else "not_audio")
    return _sound(blocks, rate)


def _sound(blocks: Sequence[Channels], rate: int) -> Sound:
    pcm = np.rint(clearest(blocks, rate) * np.float32(_FULL_SCALE))
    return Sound(pcm=pcm.clip(-_FULL_SCALE, _FULL_SCALE - 1).astype(np.int32), rate=rate)


@contextmanager
def _mapped(file: BinaryIO) -> Iterator[mmap]:
    """Give the content of a file; raises `VoiceRefused` when it is empty, which cannot be mapped."""
    if not os.fstat(file.fileno()).st_size:
        raise refusal("not_audio")
    with mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        yield content


def _blocks(frames: Iterator[AudioFrame], rate: int) -> Iterator[Channels]:
    """Convert frames, whose format may change on the way, as in chained Ogg files."""
    for kind, run in groupby(frames, key=_kind_of):
        if kind.channels > _MOST_CHANNELS:
            raise refusal("unsupported", format=f"sound of more than {_MOST_CHANNELS} channels")
        if kind.rate in _SAMPLE_RATES:
            with suppress(*_FFMPEG_ERRORS):  # frames that cannot be converted cost their own sound only
                yield from channels_of(run, rate)


class _FrameKind(NamedTuple):
    """What one resampler needs its frames to share."""

    format: str
    layout: str
    channels: int
    rate: int


def _kind_of(frame: AudioFrame) -> _FrameKind:
    layout = frame.layout
    return _FrameKind(frame.format.name, layout.name, layout.nb_channels, frame.sample_rate)


class _TrackReader:
    """Reads the frames of one track; what cannot be read costs only its own part of the sound."""

    def __init__(self, track: int) -> None:
        self._track = track
        self._unsupported: str | None = None
        self._packets = 0
        self._damaged = 0
        self.has_track = False
        """Whether any recording in the file has such a track."""
        self.is_spent = False
        """Whether the file was read more often than is allowed."""

    def frames(self, file: BinaryIO, content: mmap) -> Iterator[AudioFrame]:
        """Yield the frames of each recording that is joined in the file; raises `VoiceRefused` with `too_costly`."""
        for piece in pieces_of(file, content):
            budget = _MOST_READS_OF_A_FILE * piece.seek(0, os.SEEK_END) + _EXTRA_READ_BUDGET
            piece.seek(0)
            metered = MeteredFile(piece, budget=budget)
            try:
                with av.open(
                    metered, "r", options=_OPTIONS, io_open=_refuse_other_files, metadata_errors="ignore"
                ) as container:
                    yield from self._frames_of(container)
            except _FFMPEG_ERRORS:
                self.is_spent |= metered.is_spent

    def why_nothing_was_read(self, content: mmap) -> VoiceRefused:
        """Return the refusal of a file that has no frames."""
        if self.is_spent:
            return refusal("too_costly")
        if self._unsupported is not None:
            return refusal("unsupported", format=self._unsupported)
        return why_nothing_is_heard(content)

    def _frames_of(self, container: InputContainer) -> Iterator[AudioFrame]:
        stream = self._stream(container)
        if stream is None:
            return
        self.has_track = True
        decoder = _decoder_of(stream)
        for packet in self._packets_of(container, stream):
            try:
                frames = decoder.decode(packet)
            except _FFMPEG_ERRORS:
                self._damaged += 1
                continue
            yield from frames

    def _stream(self, container: InputContainer) -> AudioStream | None:
        """Return the track, counted with the default tracks first; None where there is none that may be decoded."""
        allowed = []
        for stream in container.streams.audio:
            # A stream whose codec FFmpeg does not know has no codec context; the types of PyAV do not say so.
            context = cast("CodecContext | None", stream.codec_context)
            if context is not None and is_allowed(context.name):
                allowed.append(stream)
            else:
                self._unsupported = context.codec.long_name if context else "sound in an unknown codec"
        if self._track >= len(allowed):
            return None
        self.has_track = True
        return sorted(allowed, key=lambda stream: Disposition.default not in stream.disposition)[self._track]

    def _packets_of(self, container: InputContainer, stream: AudioStream) -> Iterator[Packet[AudioStream]]:
        packets = container.demux(stream)
        while self._damaged <= _MOST_DAMAGED_PACKETS:
            self._packets += 1
            if self._packets > _MOST_PACKETS:
                raise refusal("too_costly")
            try:
                packet = next(packets, None)
            except _FFMPEG_ERRORS:
                self._damaged += 1
                packets = container.demux(stream)  # a generator that raised has ended
                continue
            if packet is None:
                return
            yield packet


def _decoder_of(stream: AudioStream) -> AudioCodecContext:
    """Return the decoder of a stream, or the one that is preferred to FFmpeg's own."""
    preferred = PREFERRED_DECODERS.get(stream.codec_context.name)
    if preferred is None:
        decoder = stream.codec_context
    else:
        decoder = cast(AudioCodecContext, CodecContext.create(preferred, "r"))
    decoder.thread_count = 1
    # PyAV 17.1 and 18 copy a layout, but not its map of loudspeakers, and free the map with each copy. So the layout is
    # read only once, and replaced by one that has no map; it does not matter here to which loudspeaker a channel goes.
    if channels := decoder.channels:
        decoder.layout = f"{channels}C"
    return decoder


def _refuse_other_files(url: str, flags: int, options: dict[str, str]) -> None:
    raise PermissionError(f"a recording asked for another file: {url!r}")
