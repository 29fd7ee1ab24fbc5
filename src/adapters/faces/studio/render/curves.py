"""Curves over numpy arrays."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Real = TypeVar("Real", np.float32, np.float64)


def smoothstep(start: float, end: float, values: NDArray[Real]) -> NDArray[Real]:
    """Return how far each value is from `start` to `end`, 0..1, with flat ends (cubic Hermite).

    `start` may be the greater one. The result keeps the precision of the values. Kernels have the same curve
    for one number in `noise.smoothstep`.
    """
    t = np.clip((values - start) / (end - start), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), dtype=values.dtype)
