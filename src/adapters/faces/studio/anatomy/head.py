"""The head that all faces share: refined once, painted once; a face only moves its control points."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.anatomy.asset import HeadAsset, load_head_asset
from adapters.faces.studio.anatomy.catmull_clark import catmull_clark
from adapters.faces.studio.anatomy.eyelids import set_straight
from adapters.faces.studio.anatomy.lips import Lips, lips_of
from adapters.faces.studio.anatomy.morphs import deform
from adapters.faces.studio.anatomy.painting import around_mouth, paint_regions, shirt_thickness
from adapters.faces.studio.anatomy.proportions import EYES_AT
from adapters.faces.studio.anatomy.subdivision import Subdivision
from adapters.faces.studio.anatomy.turning import skin_share
from adapters.faces.studio.design.targets import LIP_TO_TEETH, LIPS_CLOSED
from adapters.faces.studio.design.weights import Weights
from adapters.faces.studio.render.kernels import FloatArray, IntArray
from adapters.faces.studio.render.mesh import Part, SkinColumn, quad_normals, triangulate

ADULT_HEAD_HEIGHT = 2.32
"""Decimetres from chin to crown of an adult's head of the base mesh."""
CHIN_HALF_WIDTH, CHIN_FRONT, CHIN_HEIGHTS = 0.05, 1.1, (5.9, 6.4)
"""Where the chin's tip lies in the rest pose."""
NO_EAR = 0.3
"""Share of an ear's paint under which skin is no ear."""

UPPER_TEETH_SHIFT, LOWER_TEETH_SHIFT, TONGUE_SHIFT = (
    (0.0, -0.105, 0.030),
    (0.0, -0.035, -0.005),
    (0.0, -0.15, -0.16),
)
"""MakeHuman's teeth are too far inside for a stylised smile."""
UPPER_TEETH_WIDTH, LOWER_TEETH_WIDTH = 0.98, 0.90
"""Factors on the width of the rows of teeth; the lower one would reach through the cheeks of an open mouth."""


@dataclass(frozen=True, slots=True)
class FaceSurface:
    """The fine vertices of one face at rest."""

    points: FloatArray
    normals: FloatArray
    scale: float
    """The height of the head as a share of an adult's."""


@dataclass(frozen=True, slots=True)
class Head:
    """What is the same for every face."""

    asset: HeadAsset
    subdivision: Subdivision
    rest: FloatArray
    """The fine vertices of the base mesh: patterns and styles are described on them."""
    paint: FloatArray
    """The column `SkinColumn.SCALP` is left empty: it depends on the hairline."""
    skin: NDArray[np.bool_]
    """Fine vertices that belong to the skin."""
    skin_without_ears: NDArray[np.bool_]
    turn_share: FloatArray
    """How much of a turn of the head each fine vertex follows; eyes, teeth and tongue follow all of it."""
    shirt_thickness: FloatArray
    """How far the shirt lifts each fine vertex along its normal."""
    triangles: IntArray
    triangle_parts: NDArray[np.uint8]
    two_sided: NDArray[np.uint8]
    upper_teeth: IntArray
    """Control vertices, like the next three."""
    lower_teeth: IntArray
    eyes: IntArray
    tongue: IntArray
    lips: Lips

    def control(self, weights: Weights) -> FloatArray:
        """Return the control points of a face, with its eyes at `EYES_AT` and its teeth in place."""
        points = deform(self.asset, self.asset.base, weights)
        points += EYES_AT - points[self.eyes].mean(axis=0)
        set_straight(points)
        points[self.upper_teeth, 0] *= np.float32(UPPER_TEETH_WIDTH)
        points[self.lower_teeth, 0] *= np.float32(LOWER_TEETH_WIDTH)
        points[self.upper_teeth] += np.array(UPPER_TEETH_SHIFT, dtype=np.float32)
        points[self.lower_teeth] += np.array(LOWER_TEETH_SHIFT, dtype=np.float32)
        points[self.tongue] += np.array(TONGUE_SHIFT, dtype=np.float32)
        return points

    def expressed(self, control: FloatArray, expression: Weights) -> FloatArray:
        """Return the control points of a face with an expression: face units, and what the lips touch.

        The units move teeth by an adult's amount, with which a child's lower teeth would go through its chin. By
        their own size they would stay behind the lip, so they go half way between.
        """
        units = dict(expression)
        closed, to_teeth = units.pop(LIPS_CLOSED, 0.0), units.pop(LIP_TO_TEETH, 0.0)
        points = deform(self.asset, control, units)
        lower = self.lower_teeth
        moved = points[lower] - control[lower]
        points[lower] = control[lower] + moved * np.float32(self._jaw_size(control) ** 0.5)
        return self.lips.shaped(points, closed, to_teeth)

    def surface(self, control: FloatArray) -> FaceSurface:
        """Return the fine vertices of a face from its control points."""
        points = self.subdivision(control)
        normals = quad_normals(points, self.subdivision.quads)
        return FaceSurface(points, normals, self._height(points) / ADULT_HEAD_HEIGHT)

    def _jaw_size(self, control: FloatArray) -> float:
        """Return the width of the lower teeth as a share of an adult's, at most 1."""
        own, adult = (points[self.lower_teeth, 0] for points in (control, self.asset.base))
        return min(1.0, float((own.max() - own.min()) / (adult.max() - adult.min())))

    def _height(self, points: FloatArray) -> float:
        """Return the decimetres from the chin to the crown."""
        x, y, z = self.rest.T
        lowest, highest = CHIN_HEIGHTS
        chin = self.skin & (np.abs(x) < CHIN_HALF_WIDTH) & (z > CHIN_FRONT) & (y > lowest) & (y < highest)
        return float(points[self.skin, 1].max() - points[chin, 1].min())


@cache
def load_head() -> Head:
    """Build the head once a process."""
    asset = load_head_asset()
    drawn = asset.parts != Part.LASH
    subdivision = catmull_clark(asset.quads[drawn], len(asset.base))
    parts = asset.parts[drawn][subdivision.source]
    rest = subdivision(asset.base)
    skin = _members(subdivision, parts, Part.SKIN)
    inside = _members(subdivision, parts, Part.EYE, Part.TEETH, Part.TONGUE)
    paint = paint_regions(asset, subdivision, rest, skin)
    triangles, triangle_parts = triangulate(subdivision.quads), np.repeat(parts, 2)
    teeth = asset.vertices_of(Part.TEETH)
    upper = asset.base[teeth, 1] > np.median(asset.base[teeth, 1])
    upper_teeth = teeth[upper]
    return Head(
        asset=asset,
        subdivision=subdivision,
        rest=rest,
        paint=paint,
        skin=skin,
        skin_without_ears=skin & (paint[:, SkinColumn.EAR] < NO_EAR),
        turn_share=np.where(inside, np.float32(1), skin_share(rest[:, 1])),
        shirt_thickness=shirt_thickness(paint),
        triangles=triangles,
        triangle_parts=triangle_parts,
        two_sided=(around_mouth(rest, paint, triangles) & (triangle_parts == Part.SKIN)).astype(np.uint8),
        upper_teeth=upper_teeth,
        lower_teeth=teeth[~upper],
        eyes=asset.vertices_of(Part.EYE),
        tongue=asset.vertices_of(Part.TONGUE),
        lips=lips_of(asset, subdivision, asset.vertices_of(Part.SKIN), upper_teeth),
    )


def _members(subdivision: Subdivision, parts: NDArray[np.uint8], *chosen: Part) -> NDArray[np.bool_]:
    """Return which fine vertices belong to some of the parts, of which there is one a fine quad."""
    inside = np.zeros(len(subdivision.starts) - 1, dtype=bool)
    inside[subdivision.quads[np.isin(parts, chosen)]] = True
    return inside
