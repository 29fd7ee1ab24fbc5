"""Where every face has its eyes, and how sizes follow the height of a head.

Styles and limits are described on the head of an adult. A head's `scale` is its height as a share of an adult's.
"""

import numpy as np
from numpy.typing import NDArray

EYE_LEVEL = 7.2841
"""Height of the eyes in decimetres, the same for every face."""
EYES_AT = np.array([0.0, EYE_LEVEL, 1.245], dtype=np.float32)
"""Where every face's eyes are moved to, so that faces of any age have the same place in the picture."""


def adult_height(heights: NDArray[np.float64], scale: float) -> NDArray[np.float64]:
    """Return where heights on a head of this scale would be on an adult's."""
    return np.asarray(EYE_LEVEL + (heights - EYE_LEVEL) / scale)


def scaled_height(heights: NDArray[np.float64], scale: float) -> NDArray[np.float64]:
    """Return where heights on an adult's head are on a head of this scale."""
    return np.asarray(EYE_LEVEL + (heights - EYE_LEVEL) * scale)


def frame_size(scale: float) -> float:
    """Return the size of the picture's frame as a share of an adult's: it shrinks less than a child's head.

    Spectacles follow it, so that they look equally large in every picture.
    """
    return 0.45 + 0.55 * scale
