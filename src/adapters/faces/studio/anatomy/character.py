"""One face as a figure that can be posed: shape, hair and lashes put together into a mesh to draw."""

from dataclasses import dataclass
from math import cos, sin

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.anatomy import head as heads
from adapters.faces.studio.anatomy.glasses import fit_glasses
from adapters.faces.studio.anatomy.hair import grow_hair
from adapters.faces.studio.anatomy.hairstyles import CUTS
from adapters.faces.studio.anatomy.lashes import draw_lashes
from adapters.faces.studio.anatomy.morphs import deform
from adapters.faces.studio.anatomy.proportions import EYES_AT, frame_size
from adapters.faces.studio.anatomy.scalp import scalp_of
from adapters.faces.studio.anatomy.strands import Ribbons
from adapters.faces.studio.anatomy.visibility import without_hidden
from adapters.faces.studio.design.mapping import FaceDesign
from adapters.faces.studio.design.weights import Weights
from adapters.faces.studio.render.camera import Camera
from adapters.faces.studio.render.curves import smoothstep
from adapters.faces.studio.render.kernels import FloatArray, IntArray
from adapters.faces.studio.render.mesh import (
    PAINTS,
    DrawMesh,
    Paint,
    Part,
    quad_normals,
    transform,
    triangulate,
    turn,
)
from adapters.faces.studio.render.occlusion import ambient_occlusion

SHIRT_THICKNESS = 0.03
ADULT_FRAME = 3.2
"""Decimetres that the picture of an adult spans."""
NECK_PIVOT = np.array([0.0, 6.25, 0.25], dtype=np.float32)
STILL_BELOW, TURNS_ABOVE = 5.55, 6.50
"""Heights between which the neck passes a turn of the head on to the shoulders."""
LONG_HAIR_STILL_BELOW, LONG_HAIR_TURNS_ABOVE = 5.1, 6.3


@dataclass(frozen=True, slots=True)
class Pose:
    """Turns of the head in radians."""

    yaw: float = 0.0
    """To the picture's right."""
    pitch: float = 0.0
    """Down."""
    roll: float = 0.0

    def matrix(self) -> FloatArray:
        """Return the rotation (3, 3)."""
        cy, sy, cp, sp, cr, sr = (
            of(angle) for angle in (self.yaw, self.pitch, self.roll) for of in (cos, sin)
        )
        yaw = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
        pitch = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
        roll = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
        return np.asarray(yaw @ pitch @ roll, dtype=np.float32)


PORTRAIT_POSE = Pose(yaw=-0.16, pitch=0.02)
PROBE_POSES = (PORTRAIT_POSE, *(Pose(yaw, pitch) for yaw in (-0.28, -0.04) for pitch in (-0.04, 0.08)))
"""Between these a film moves; what is hidden in all of them need not be drawn."""


class Character:
    """A face whose expression and pose can change from frame to frame."""

    def __init__(self, design: FaceDesign) -> None:
        self.design = design
        head = self._head = heads.load()
        cut = CUTS[design.hair_style]
        self._control = head.control(design.shape)
        surface = head.subdivision(self._control)
        normals = quad_normals(surface, head.subdivision.quads)
        self.scale = head.scale(surface)
        scalp = scalp_of(head, cut)
        self._paint = head.paint.copy()
        self._paint[:, Paint.SCALP] = scalp.height
        shirt = np.clip((head.paint[:, Paint.SHIRT] - 0.48) / 0.1, 0, 1) * SHIRT_THICKNESS
        self._dress = (normals * (scalp.padding * self.scale + shirt)[:, None]).astype(np.float32)
        self._follow = np.where(head.rigid, 1, smoothstep(STILL_BELOW, TURNS_ABOVE, head.rest[:, 1])).astype(
            np.float32
        )
        self._hair = grow_hair(head, scalp, cut, surface, normals, self.scale, design.lock_seed)
        bare = head.skin & (head.paint[:, Paint.EAR] < 0.1)
        self._glasses = (
            fit_glasses(surface[bare], self._control[head.eyes], self.scale) if design.glasses else None
        )
        self._fixed = self._connect()
        if self._hair is not None:
            views = (self.mesh(design.expression, pose) for pose in PROBE_POSES)
            self._hair = without_hidden(self._hair, views, self.camera())
            self._fixed = self._connect()
        self.occlusion = self._occlusion()

    def _connect(self) -> tuple[FloatArray, IntArray, NDArray[np.uint8], NDArray[np.uint8]]:
        """Join paint and triangles of head, hair, lashes and glasses, in the order of their vertices.

        No expression and no pose changes them.
        """
        head = self._head
        paint = [self._paint]
        triangles, parts, sided = [head.triangles], [head.triangle_parts], [head.two_sided]
        first = len(head.rest)
        lashes = draw_lashes(self._control, self.design.lash_length)
        for added, part in ((self._hair, Part.HAIR), (lashes, Part.LASH), (self._glasses, Part.GLASSES)):
            if added is None:
                continue
            more = triangulate(added.quads) + np.int32(first)
            triangles.append(more)
            parts.append(np.full(len(more), part, dtype=np.uint8))
            sided.append(np.ones(len(more), dtype=np.uint8))
            first += len(added.points)
            plain = np.zeros((len(added.points), PAINTS), dtype=np.float32)
            paint.append(added.paint if isinstance(added, Ribbons) else plain)
        return np.concatenate(paint), np.concatenate(triangles), np.concatenate(parts), np.concatenate(sided)

    def mesh(self, expression: Weights, pose: Pose) -> DrawMesh:
        """Return the figure with an expression (face units on top of the shape) in a pose."""
        head, matrix = self._head, pose.matrix()
        turned = np.hstack([matrix, (NECK_PIVOT - matrix @ NECK_PIVOT)[:, None]])
        rotated = np.hstack([matrix, np.zeros((3, 1), dtype=np.float32)])
        control = deform(head.asset, self._control, expression)
        body = turn(matrix, NECK_PIVOT, self._follow, head.subdivision(control) + self._dress)
        pieces = [(body, quad_normals(body, head.subdivision.quads), head.rest)]
        if (hair := self._hair) is not None:
            follow = smoothstep(LONG_HAIR_STILL_BELOW, LONG_HAIR_TURNS_ABOVE, hair.points[:, 1])
            pieces.append(
                (
                    turn(matrix, NECK_PIVOT, follow, hair.points),
                    transform(rotated, hair.normals),
                    transform(rotated, hair.directions),
                )
            )
        lashes = draw_lashes(control, self.design.lash_length)
        pieces.append(
            (transform(turned, lashes.points), transform(rotated, lashes.normals), lashes.directions)
        )
        if (glasses := self._glasses) is not None:
            pieces.append(
                (transform(turned, glasses.points), transform(rotated, glasses.normals), glasses.points)
            )
        points, normals, rest = (np.concatenate(column) for column in zip(*pieces, strict=True))
        return DrawMesh(points, normals, rest, *self._fixed)

    def _occlusion(self) -> FloatArray:
        mesh = self.mesh(self.design.expression, Pose())
        solid = mesh.triangles[mesh.parts != Part.LASH]
        share = ambient_occlusion(mesh.points, mesh.normals, solid)
        locks = slice(len(self._head.rest), None)
        share[locks] = 0.35 + 0.65 * share[locks]
        return share

    def camera(self) -> Camera:
        """Frame the face: a child's head may be smaller in the picture, but not by as much as it is."""
        height = ADULT_FRAME * frame_size(self.scale)
        return Camera(target=(0.0, float(EYES_AT[1]) - 0.02 * height, 0.5), height=height)
