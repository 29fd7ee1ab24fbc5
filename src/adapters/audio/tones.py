"""Finds beeps: the ringing, the dialling and the countdowns that a recorder or a telephone adds to a voice.

A beep is one sine or two, or a tone with harmonics, and it stands still. The pitch of a voice never does for long.
"""

import numpy as np

from adapters.audio.arrays import Floats, Mask, Samples, loud_level
from adapters.audio.framing import BLOCK, HOP
from application.ports.audio import SAMPLE_RATE

_PARTIALS = 2  # dialling and ringing mix two sines
_WIDTH = 7  # bins of one partial
_SMOOTHED = 5  # frames; two sines of nearly one frequency beat
_LOWEST_BIN = 3  # what lies lower is hum
_FAINTEST = 1e-3  # of the power of the loud frames; what is fainter disturbs nothing
_NEARBY = 9  # frames in which the partials must not move
_SURE = (0.95, 0.003)  # share of the power in the partials, relative change of their mean frequency
_LIKELY = (0.9, 0.01)  # the same beside frames that are surely a beep
_STILL_PITCH = 0.002  # the same of the pitch, which no voice keeps for 120 ms
_SHORTEST = 4  # frames
_ENDS = 6  # frames before and after, in which a beep starts and fades


def tone_frames(spectra: Floats) -> Mask:
    """Return in which frames there are beeps of one or two sines, from the power spectra of a sound."""
    power = spectra.sum(axis=1)
    blocks = [_strongest_partials(spectra[start : start + BLOCK]) for start in range(0, len(spectra), BLOCK)]
    inside, moment = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    total, inside, moment = (
        np.convolve(values, np.ones(_SMOOTHED), mode="same") for values in (power, inside, moment)
    )
    share, centre = inside / np.maximum(total, 1e-20), moment / np.maximum(inside, 1e-20)
    change = _change(centre)
    is_heard = (power > _FAINTEST * loud_level(power)) & (centre > _LOWEST_BIN)
    sure, likely = (is_heard & (share > purity) & (change < still) for purity, still in (_SURE, _LIKELY))
    return _runs(sure, sure | likely)


def still_frames(hertz: Floats) -> Mask:
    """Return in which frames the pitch stands so still that it is an instrument's, from a pitch contour."""
    still = (hertz > 0) & (_change(hertz) < _STILL_PITCH)
    return _runs(still, still)


def _change(values: Floats) -> Floats:
    """Return by what share the values near each frame differ."""
    nearby = np.lib.stride_tricks.sliding_window_view(np.pad(values, _NEARBY // 2, mode="edge"), _NEARBY)
    change: Floats = nearby.max(axis=1) / np.maximum(nearby.min(axis=1), 1e-9) - 1
    return change


def _runs(sure: Mask, likely: Mask) -> Mask:
    """Return the runs of likely frames that hold enough sure ones, made longer at both ends."""
    chosen = np.zeros(len(sure) + 2 * _ENDS, dtype=bool)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], likely.astype(int), [0]])))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if sure[start:end].sum() >= _SHORTEST:
            chosen[start : end + 2 * _ENDS] = True
    return chosen[_ENDS:-_ENDS]


def without_frames(samples: Samples, frames: Mask) -> Samples:
    """Cut frames of 10 ms out of a sound; of a sound that holds nothing else, silence is left."""
    kept = ~(frames[:-1] | frames[1:])
    left: Samples = samples[: len(kept) * HOP].reshape(-1, HOP)[kept].ravel()
    return left if len(left) >= SAMPLE_RATE else np.pad(left, (0, SAMPLE_RATE - len(left)))


def _strongest_partials(spectra: Floats) -> tuple[Floats, Floats]:
    """Return the power in the strongest partials of each frame, and the sum of bin times power over them."""
    left = np.pad(spectra, ((0, 0), (_WIDTH // 2, _WIDTH // 2)))
    inside, moment = np.zeros(len(spectra)), np.zeros(len(spectra))
    for _ in range(_PARTIALS):
        bins = left[:, _WIDTH // 2 : -(_WIDTH // 2)].argmax(axis=1)[:, None] + np.arange(_WIDTH)
        power = np.take_along_axis(left, bins, axis=1)
        inside += power.sum(axis=1)
        moment += (power * (bins - _WIDTH // 2)).sum(axis=1)
        np.put_along_axis(left, bins, 0, axis=1)
    return inside, moment
