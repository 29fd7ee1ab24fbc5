"""Arrays of numbers and points in double precision, as hair and spectacles are computed with."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Points = NDArray[np.float64]
"""(n, 3), in decimetres."""


def unit(vectors: Points) -> Points:
    """Return vectors (…, 3) scaled to length 1."""
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-9))
