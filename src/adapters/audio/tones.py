"""Finds beeps: the ringing, the dialling and the countdowns that a recorder or a telephone adds to a voice.

A beep is one sine or two, and they stand still. A voice has more partials, and its pitch never stands still for long.
"""

import numpy as np

from adapters.audio.arrays import Floats, Mask, Samples
from adapters.audio.framing import HOP
from application.ports.audio import SAMPLE_RATE

_PARTIALS = 2  # dialling and ringing mix two sines
_WIDTH = 7  # bins of one partial
_SMOOTHED = 5  # frames; two sines of nearly one frequency beat
_PURE = 0.95  # share of the power in the partials
_NEARBY = 7  # frames in which the partials must not move
_STILL = 0.006  # relative change of their mean frequency
_SHORTEST = 4  # frames
_ENDS = 6  # frames before and after, in which it starts and fades
_LOWEST_BIN = 3  # what lies lower is hum


def tone_frames(spectra: Floats) -> Mask:
    """Return in which frames there are beeps, from the power spectra of a sound."""
    share, centre = _purest_partials(spectra)
    nearby = np.lib.stride_tricks.sliding_window_view(np.pad(centre, _NEARBY // 2, mode="edge"), _NEARBY)
    is_still = nearby.max(axis=1) < (1 + _STILL) * nearby.min(axis=1)
    is_tone = _opened((share > _PURE) & is_still & (centre > _LOWEST_BIN))
    widened: Mask = np.convolve(is_tone, np.ones(2 * _ENDS + 1), mode="same") > 0.5
    return widened


def without_frames(samples: Samples, frames: Mask) -> Samples:
    """Cut frames of 10 ms out of a sound; of a sound that holds nothing else, silence is left."""
    kept = ~(frames[:-1] | frames[1:])
    left: Samples = samples[: len(kept) * HOP].reshape(-1, HOP)[kept].ravel()
    return left if len(left) >= SAMPLE_RATE else np.pad(left, (0, SAMPLE_RATE - len(left)))


def _purest_partials(spectra: Floats) -> tuple[Floats, Floats]:
    """Return what share of the power lies in the strongest partials around each frame, and their mean bin."""
    left = np.pad(spectra, ((0, 0), (_WIDTH // 2, _WIDTH // 2)))
    inside, moment = np.zeros(len(spectra)), np.zeros(len(spectra))
    for _ in range(_PARTIALS):
        bins = left[:, _WIDTH // 2 : -(_WIDTH // 2)].argmax(axis=1)[:, None] + np.arange(_WIDTH)
        power = np.take_along_axis(left, bins, axis=1)
        inside += power.sum(axis=1)
        moment += (power * (bins - _WIDTH // 2)).sum(axis=1)
        np.put_along_axis(left, bins, 0, axis=1)
    total, inside, moment = (
        np.convolve(values, np.ones(_SMOOTHED), mode="same")
        for values in (spectra.sum(axis=1), inside, moment)
    )
    return inside / np.maximum(total, 1e-20), moment / np.maximum(inside, 1e-20)


def _opened(mask: Mask) -> Mask:
    """Remove runs that are too short."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(int), [0]])))
    opened = np.zeros_like(mask)
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        opened[start:end] = end - start >= _SHORTEST
    return opened
