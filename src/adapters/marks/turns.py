"""How players turn the frames of a video before they show them, as the matrix in its file asks."""

from dataclasses import dataclass
from typing import cast

import av
import numpy as np
from av.sidedata import sidedata
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn by quarters, mirrored or not: rows and columns change places, and then columns or rows their order."""

    swaps: bool
    mirrors: bool
    """Left becomes right."""
    upends: bool
    """Top becomes bottom."""

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Return the width and height of what is shown."""
        return (height, width) if self.swaps else (width, height)

    def shown(self, plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return a plane, shape (…, height, width), as it is shown; a view."""
        shown = plane.swapaxes(-1, -2) if self.swaps else plane
        return shown[..., :: -1 if self.upends else 1, :: -1 if self.mirrors else 1]


def turn_of(frame: av.VideoFrame) -> Turn:
    """Return how a frame is turned; what the matrix asks for besides, such as a slant, is left out.

    A point (x, y) of the frame is shown at (a·x + c·y, b·x + d·y), y downwards (ISO/IEC 14496-12, 6.2.2).
    """
    told = cast("sidedata.SideDataContainer", frame.side_data)  # the types of PyAV say less
    if sidedata.Type.DISPLAYMATRIX not in told:
        return Turn(swaps=False, mirrors=False, upends=False)
    a, b, _, c, d, *_ = np.frombuffer(bytes(told[sidedata.Type.DISPLAYMATRIX]), np.int32).tolist()
    if abs(b) + abs(c) > abs(a) + abs(d):
        return Turn(swaps=True, mirrors=c < 0, upends=b < 0)
    return Turn(swaps=False, mirrors=a < 0, upends=d < 0)
