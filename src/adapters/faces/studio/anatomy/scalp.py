"""The scalp: where hair grows on the rest pose, by the hairline of a cut."""

from dataclasses import dataclass

import numpy as np

from adapters.faces.studio.anatomy.hairstyles import HAIRLINE_DEGREES, Cut
from adapters.faces.studio.anatomy.head import Head
from adapters.faces.studio.render.curves import smoothstep
from adapters.faces.studio.render.kernels import FloatArray

HAIRLINE_AXIS_Z = 0.42
"""Depth of the upright axis around which hairline directions are counted."""
PART_WIDTH = 0.16
"""Distance from a parting within which locks lie flatter, further back and closer."""
UNDERCOAT_RISES = (-0.02, 0.26)
"""Heights above the hairline between which the undercoat grows to its full thickness."""


@dataclass(frozen=True, slots=True)
class Scalp:
    """One number for each fine vertex of the head."""

    height: FloatArray
    """Above the hairline; -1 off the scalp."""
    padding: FloatArray
    """How far the undercoat lifts the vertex along its normal."""


def scalp_of(head: Head, cut: Cut) -> Scalp:
    """Return the scalp that the hairline of a cut leaves."""
    x, y, z = head.rest.T
    direction = np.degrees(np.arctan2(np.abs(x), z - HAIRLINE_AXIS_Z))
    height = y - np.interp(direction, HAIRLINE_DEGREES, cut.hairline)
    height = np.where(head.skin_without_ears, height, -1.0)
    padding = cut.padding * smoothstep(*UNDERCOAT_RISES, height)
    return Scalp(height.astype(np.float32), padding.astype(np.float32))
