"""Cuts a sound into overlapping frames, in the same way for everything that is measured."""

import numpy as np

from adapters.audio.arrays import Samples
from application.ports.audio import SAMPLE_RATE

HOP = SAMPLE_RATE // 100
"""Samples from the centre of one frame to the centre of the next: 10 ms."""

BLOCK = 128
"""Frames to transform at once; larger arrays cost twice the time."""

_COARSENESS = 4


def framed(samples: Samples, length: int, hop: int = HOP) -> Samples:
    """Return a view of the frames of a sound, shape (frames, length).

    Frame k is centred on sample `k * hop`. Beyond the ends of the sound there are zeros.
    """
    left = length // 2
    padded = np.pad(samples, (left, length - left + hop))
    windows = np.lib.stride_tricks.sliding_window_view(padded, length)
    count = len(samples) // hop + 1
    return windows[: count * hop : hop]


def coarse(samples: Samples) -> tuple[Samples, int]:
    """Return a sound at a quarter of its rate, and that rate: enough for a first look at low frequencies."""
    length = len(samples) // _COARSENESS * _COARSENESS
    sound = sum((samples[k:length:_COARSENESS] for k in range(1, _COARSENESS)), samples[:length:_COARSENESS])
    return sound / np.float32(_COARSENESS), SAMPLE_RATE // _COARSENESS
