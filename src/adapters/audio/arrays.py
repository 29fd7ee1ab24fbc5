"""The arrays that the audio modules exchange."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""A mono sound in -1..1 at `application.ports.audio.SAMPLE_RATE`."""

Floats = NDArray[np.float64]

Mask = NDArray[np.bool_]
"""One truth value for each frame."""
