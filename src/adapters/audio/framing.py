"""Cutting a sound into overlapping frames, the same way for everything that is measured."""

import numpy as np
from numpy.typing import NDArray

from application.ports.audio import SAMPLE_RATE

HOP = SAMPLE_RATE // 100
"""Samples from one frame to the next: 10 ms."""


def frame_count(samples: NDArray[np.float32]) -> int:
    """Number of frames of a sound: frame k is centred on sample `k * HOP`."""
    return len(samples) // HOP + 1


def framed(samples: NDArray[np.float32], length: int, every: int = 1) -> NDArray[np.float32]:
    """View the frames of a sound, `length` samples each, beyond its ends zeros; shape (frames, length).

    With `every` = n only each n-th frame is given.
    """
    left = length // 2
    padded = np.pad(samples, (left, length - left + HOP))
    windows = np.lib.stride_tricks.sliding_window_view(padded, length)
    return windows[: frame_count(samples) * HOP : HOP * every]
