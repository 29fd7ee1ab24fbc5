"""The head as a fixed topology: refined once, painted once, then bent by control points alone."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.anatomy.asset import HeadAsset, load_head
from adapters.faces.studio.anatomy.catmull_clark import catmull_clark
from adapters.faces.studio.anatomy.morphs import deform
from adapters.faces.studio.anatomy.proportions import EYES_AT
from adapters.faces.studio.anatomy.subdivision import Subdivision
from adapters.faces.studio.design.weights import Weights
from adapters.faces.studio.render.kernels import FloatArray, IntArray
from adapters.faces.studio.render.mesh import PAINTS, Paint, Part, triangulate

ADULT_HEAD_HEIGHT = 2.32
"""Decimetres from chin to crown of a grown head of the base mesh."""
CHIN_HALF_WIDTH, CHIN_FRONT, CHIN_HEIGHTS = 0.05, 1.1, (5.9, 6.4)
"""Where the chin's tip lies in the rest pose."""
NO_EAR = 0.3
"""Share of an ear's paint under which skin is no ear."""

TEETH_SHIFTS = {"upper": (0.0, -0.105, 0.030), "lower": (0.0, -0.035, -0.005), "tongue": (0.0, -0.15, -0.16)}
UPPER_WIDTH, LOWER_WIDTH = 0.98, 0.90
"""Factors on the arches' widths; the lower one would reach through the cheeks of an open mouth."""
"""MakeHuman's teeth sit too far inside for a stylised smile."""

MOUTH_REGION = ((-0.65, 6.05, 0.2), (0.65, 7.05, 9.0))
"""Box of the rest pose in which back faces are drawn, or the backdrop would show through an open mouth."""


@dataclass(frozen=True, slots=True)
class Head:
    """What is the same for every face."""

    asset: HeadAsset
    subdivision: Subdivision
    parts: NDArray[np.uint8]
    """One `Part` a fine quad."""
    rest: FloatArray
    paint: FloatArray
    """Scalp (column `Paint.SCALP`) is left empty: it depends on the hairline."""
    skin: NDArray[np.bool_]
    """Fine vertices that belong to the skin."""
    skin_without_ears: NDArray[np.bool_]
    rigid: NDArray[np.bool_]
    """Fine vertices inside the head (eyes, teeth, tongue): they turn with it wholly."""
    triangles: IntArray
    triangle_parts: NDArray[np.uint8]
    two_sided: NDArray[np.uint8]
    upper_teeth: IntArray
    lower_teeth: IntArray
    eyes: IntArray
    tongue: IntArray

    def control(self, weights: Weights) -> FloatArray:
        """Return the control points of a face, registered on its eyes and with its teeth in place."""
        points = deform(self.asset, self.asset.base, weights)
        points += EYES_AT - points[self.eyes].mean(axis=0)
        points[self.upper_teeth, 0] *= np.float32(UPPER_WIDTH)
        points[self.lower_teeth, 0] *= np.float32(LOWER_WIDTH)
        points[self.upper_teeth] += np.array(TEETH_SHIFTS["upper"], dtype=np.float32)
        points[self.lower_teeth] += np.array(TEETH_SHIFTS["lower"], dtype=np.float32)
        points[self.tongue] += np.array(TEETH_SHIFTS["tongue"], dtype=np.float32)
        return points

    def scale(self, surface: FloatArray) -> float:
        """Return the height of a head, from chin to crown, beside an adult's."""
        x, y, z = self.rest.T
        lowest, highest = CHIN_HEIGHTS
        chin = self.skin & (np.abs(x) < CHIN_HALF_WIDTH) & (z > CHIN_FRONT) & (y > lowest) & (y < highest)
        height = float(surface[self.skin, 1].max() - surface[chin, 1].min())
        return height / ADULT_HEAD_HEIGHT


def _shirt_field(rest: FloatArray) -> NDArray[np.float64]:
    """Return a field that passes one half at a crew neck's collar and grows towards the chest."""
    x, y, z = rest.T.astype(np.float64)
    slope = 5.86 - 0.32 * np.clip(z - 0.1, -1, 1) - y
    width = np.hypot(x, z - 0.1) - 0.72
    return np.asarray(np.clip(0.5 + 1.2 * slope + 0.55 * width, 0, 1))


@cache
def load() -> Head:
    """Build the head once a process."""
    asset = load_head()
    drawn = asset.parts != Part.LASH
    subdivision = catmull_clark(asset.quads[drawn], len(asset.base))
    parts = asset.parts[drawn][subdivision.source]
    rest = subdivision(asset.base)
    quads = subdivision.quads

    def members(*chosen: Part) -> NDArray[np.bool_]:
        inside = np.zeros(len(rest), dtype=bool)
        inside[quads[np.isin(parts, chosen)]] = True
        return inside

    paint = np.zeros((len(rest), PAINTS), dtype=np.float32)
    for column, mask in (
        (Paint.LIPS, "lips"),
        (Paint.MOUTH, "inside_mouth"),
        (Paint.EYELID, "eyelids"),
        (Paint.EAR, "ears"),
    ):
        paint[:, column] = subdivision.field(asset.masks[mask])
    skin = members(Part.SKIN)
    paint[:, Paint.SHIRT] = np.where(skin, _shirt_field(rest), 0)

    triangles = triangulate(quads)
    low, high = MOUTH_REGION
    middles = rest[triangles].mean(axis=1)
    around_mouth = ((middles > low) & (middles < high)).all(axis=1)
    inside_mouth = paint[triangles, Paint.MOUTH].max(axis=1) > 0.02
    triangle_parts = np.repeat(parts, 2)
    teeth = asset.vertices_of(Part.TEETH)
    upper = asset.base[teeth, 1] > np.median(asset.base[teeth, 1])
    return Head(
        asset=asset,
        subdivision=subdivision,
        parts=parts,
        rest=rest,
        paint=paint,
        skin=skin,
        skin_without_ears=skin & (paint[:, Paint.EAR] < NO_EAR),
        rigid=members(Part.EYE, Part.TEETH, Part.TONGUE),
        triangles=triangles,
        triangle_parts=triangle_parts,
        two_sided=((around_mouth | inside_mouth) & (triangle_parts == Part.SKIN)).astype(np.uint8),
        upper_teeth=teeth[upper],
        lower_teeth=teeth[~upper],
        eyes=asset.vertices_of(Part.EYE),
        tongue=asset.vertices_of(Part.TONGUE),
    )
