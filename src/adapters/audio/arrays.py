"""The arrays that the audio modules exchange."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""A mono sound in -1..1; at `application.ports.audio.SAMPLE_RATE` where no other rate is given with it."""

Channels = NDArray[np.float32]
"""The channels of a sound in -1..1, shape (samples, channels)."""

Integers = NDArray[np.int32]

Floats = NDArray[np.float64]

Mask = NDArray[np.bool_]
"""One truth value for each frame."""
