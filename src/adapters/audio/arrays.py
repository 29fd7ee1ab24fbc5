"""The arrays that the audio modules exchange."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""A mono sound in -1..1; at `application.ports.audio.SAMPLE_RATE` where no other rate is given with it."""

Channels = NDArray[np.float32]
"""The channels of a sound in -1..1, shape (samples, channels)."""

Integers = NDArray[np.int32]
"""A mono sound in samples of 24 bits."""

Floats = NDArray[np.float64]

Mask = NDArray[np.bool_]
"""One truth value for each frame."""

_LOUD_SHARE, _LOUD_FRAMES = 0.05, 60


def loud_level(values: Floats) -> float:
    """Return the level that the loud frames exceed: a twentieth of all frames, or 60 of them (0.6 s) if that is less.

    So a few words count in a minute of silence, and a click does not.
    """
    rank = min(int(_LOUD_SHARE * len(values)), _LOUD_FRAMES)
    return float(np.partition(values, len(values) - 1 - rank)[-1 - rank])
