"""Converts decoded frames to arrays of samples, and sounds from one sample rate to another."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import cast

import numpy as np
from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.audio.layout import AudioLayout
from av.audio.resampler import AudioResampler

from adapters.audio.arrays import Channels, Samples

_BATCH_SAMPLES = 16_384  # of each channel
_INTERLEAVED = "flt"


def channels_of(frames: Iterable[AudioFrame], rate: int) -> Iterator[Channels]:
    """Yield the samples of frames that share format, layout and rate, converted to `rate`.

    A sample that is not a finite number counts as 0; others are clipped to -1..1. Raises the errors of PyAV.
    """
    to_floats = AudioResampler(format=_INTERLEAVED)
    to_rate = AudioResampler(rate=rate)
    for batch in _batches(frames):
        for frame in to_floats.resample(batch):
            samples = _finite(_samples_of(frame))
            if frame.sample_rate == rate:
                yield samples
            else:
                for converted in to_rate.resample(_frame_of(samples, frame.layout, frame.sample_rate)):
                    yield _samples_of(converted).clip(-1, 1)
    for converted in to_rate.resample(None):
        yield _samples_of(converted).clip(-1, 1)


def resampled(samples: Samples, rate: int, wanted: int) -> Samples:
    """Return a mono sound of one sample rate at another; equal sounds give equal results, bit by bit."""
    if rate == wanted or not len(samples):
        return samples
    resampler = AudioResampler(rate=wanted)
    starts = range(0, len(samples), _BATCH_SAMPLES)
    mono = AudioLayout("mono")
    frames = (_frame_of(samples[at : at + _BATCH_SAMPLES], mono, rate) for at in starts)
    parts = [_samples_of(part)[:, 0] for frame in chain(frames, [None]) for part in resampler.resample(frame)]
    return np.concatenate(parts).clip(-1, 1)


def _batches(frames: Iterable[AudioFrame]) -> Iterator[AudioFrame]:
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


def _samples_of(frame: AudioFrame) -> Channels:
    """Return the samples of an interleaved frame.

    PyAV reads past its pointers when it makes an array of a planar frame of eight channels or more.
    """
    if frame.format.is_planar:
        raise ValueError(f"planar frame: {frame.format.name}")
    return cast(Channels, frame.to_ndarray().reshape(frame.samples, -1))


def _frame_of(samples: Channels | Samples, layout: AudioLayout, rate: int) -> AudioFrame:
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples).reshape(1, -1), _INTERLEAVED, layout)
    frame.sample_rate = rate
    return frame


def _finite(samples: Channels) -> Channels:
    if not np.isfinite(samples).all():
        samples = np.where(np.isfinite(samples), samples, np.float32(0))
    return samples.clip(-1, 1)
