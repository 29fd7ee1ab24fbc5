"""Cuts a sound into overlapping frames, in the same way for everything that is measured."""

import numpy as np

from adapters.audio.arrays import Samples
from application.ports.audio import SAMPLE_RATE

HOP = SAMPLE_RATE // 100
"""Samples from the centre of one frame to the centre of the next: 10 ms."""


def framed(samples: Samples, length: int) -> Samples:
    """Return a view of the frames of a sound, shape (frames, length).

    Frame k is centred on sample `k * HOP`. Beyond the ends of the sound there are zeros.
    """
    left = length // 2
    padded = np.pad(samples, (left, length - left + HOP))
    windows = np.lib.stride_tricks.sliding_window_view(padded, length)
    count = len(samples) // HOP + 1
    return windows[: count * HOP : HOP]
