"""One face as a character that can be posed: shape, hair, lashes and spectacles as one mesh to draw."""

from dataclasses import dataclass
from math import cos, sin

import numpy as np

from adapters.faces.studio.anatomy.assembly import Fixed, Moved, join_fixed, join_moved
from adapters.faces.studio.anatomy.gaze import eyes_towards
from adapters.faces.studio.anatomy.glasses import Tubes, fit_glasses
from adapters.faces.studio.anatomy.hair import grow_hair
from adapters.faces.studio.anatomy.hairstyles import CUTS
from adapters.faces.studio.anatomy.head import FaceSurface, load_head
from adapters.faces.studio.anatomy.lashes import draw_lashes
from adapters.faces.studio.anatomy.proportions import EYES_AT, frame_size
from adapters.faces.studio.anatomy.ribbons import Ribbons
from adapters.faces.studio.anatomy.scalp import scalp_of
from adapters.faces.studio.anatomy.turning import HeadTurn, hair_share
from adapters.faces.studio.anatomy.visibility import without_hidden
from adapters.faces.studio.design.appearance import Appearance
from adapters.faces.studio.design.mapping import FaceDesign
from adapters.faces.studio.design.weights import Weights
from adapters.faces.studio.render.camera import DISTANCE, Camera
from adapters.faces.studio.render.kernels import FloatArray
from adapters.faces.studio.render.mesh import DrawMesh, Part, SkinColumn, quad_normals
from adapters.faces.studio.render.occlusion import ambient_occlusion

ADULT_FRAME = 3.2
"""Decimetres that the picture of an adult spans."""
BARE = 0.1
"""Share of an ear's paint under which spectacles rest on skin."""
LOCKS_OPEN = 0.35
"""The least share of the light from all around that reaches a lock of hair: locks let light through."""


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
TURN_REACH = Pose(yaw=0.15, pitch=0.08, roll=0.045)
"""How far a video may turn the head out of the pose of the portrait, to either side."""


def turned(yaw: float, pitch: float, roll: float) -> Pose:
    """Return the pose of the portrait, turned further by shares (-1..1) of `TURN_REACH`."""
    return Pose(
        yaw=PORTRAIT_POSE.yaw + yaw * TURN_REACH.yaw,
        pitch=PORTRAIT_POSE.pitch + pitch * TURN_REACH.pitch,
        roll=PORTRAIT_POSE.roll + roll * TURN_REACH.roll,
    )


PROBE_POSES = (PORTRAIT_POSE, *(turned(yaw, pitch, yaw * pitch) for yaw in (-1, 1) for pitch in (-1, 1)))
"""The poses between which a video moves; what is hidden in all of them need not be drawn."""


class Character:
    """A face whose expression and pose can change from frame to frame."""

    def __init__(self, design: FaceDesign) -> None:
        self.design = design
        head = self._head = load_head()
        cut = CUTS[design.hair_style]
        self._control = head.control(design.shape)
        face = head.surface(self._control)
        self.scale = face.scale
        scalp = scalp_of(head, cut)
        self._paint = head.paint.copy()
        self._paint[:, SkinColumn.SCALP] = scalp.height
        thickness = scalp.padding * face.scale + head.shirt_thickness
        self._padding = (face.normals * thickness[:, None]).astype(np.float32)
        self._glasses = self._fitted_glasses(face)
        self._hair = grow_hair(head, scalp, face, cut, design.lock_seed)
        self._fixed = self._join_fixed()
        if self._hair is not None:
            views = (self.mesh(design.expression, pose) for pose in PROBE_POSES)
            self._hair = without_hidden(self._hair, views, self.camera())
            self._fixed = self._join_fixed()
        self.occlusion = self._occlusion()

    def _fitted_glasses(self, face: FaceSurface) -> Tubes | None:
        if not self.design.glasses:
            return None
        head = self._head
        bare = head.skin & (head.paint[:, SkinColumn.EAR] < BARE)
        return fit_glasses(face.points[bare], self._control[head.eyes], face.scale)

    def _join_fixed(self) -> Fixed:
        added: list[tuple[Ribbons | Tubes, Part]] = []
        if self._hair is not None:
            added.append((self._hair, Part.HAIR))
        added.append((draw_lashes(self._control, self.design.lash_length), Part.LASH))
        if self._glasses is not None:
            added.append((self._glasses, Part.GLASSES))
        return join_fixed(self._head, self._paint, added)

    def mesh(self, expression: Weights, pose: Pose) -> DrawMesh:
        """Return the character with an expression (face units on top of the shape) in a pose."""
        turn = HeadTurn(pose.matrix())
        control = self._head.expressed(self._control, expression)
        pieces = [self._moved_body(control, turn)]
        if (hair := self._hair) is not None:
            points = turn.points_by_share(hair.points, hair_share(hair.points[:, 1]))
            pieces.append(Moved(points, turn.directions(hair.normals), turn.directions(hair.directions)))
        lashes = draw_lashes(control, self.design.lash_length)
        pieces.append(Moved(turn.points(lashes.points), turn.directions(lashes.normals), lashes.directions))
        if (glasses := self._glasses) is not None:
            pieces.append(
                Moved(turn.points(glasses.points), turn.directions(glasses.normals), glasses.points)
            )
        moved = join_moved(pieces)
        return DrawMesh(moved.points, moved.normals, moved.rest_or_direction, *self._fixed)

    def appearance(self, mesh: DrawMesh, look_right: float = 0.0, look_up: float = 0.0) -> Appearance:
        """Return the colours of the character, whose eyes in a mesh look into the camera, or past it by angles."""
        past = DISTANCE * np.array([look_right, look_up, 0.0])
        left, right = eyes_towards(self.camera().position + past, mesh.points)
        appearance = self.design.appearance
        return appearance._replace(eyes=appearance.eyes._replace(left=left, right=right))

    def _moved_body(self, control: FloatArray, turn: HeadTurn) -> Moved:
        head = self._head
        points = turn.points_by_share(head.subdivision(control) + self._padding, head.turn_share)
        return Moved(points, quad_normals(points, head.subdivision.quads), head.rest)

    def _occlusion(self) -> FloatArray:
        """Return the share of the light from all around that reaches each vertex at rest; lashes cast no shade."""
        mesh = self.mesh(self.design.expression, Pose())
        solid = mesh.triangles[mesh.parts != Part.LASH]
        share = ambient_occlusion(mesh.points, mesh.normals, solid)
        added = slice(len(self._head.rest), None)
        share[added] = LOCKS_OPEN + (1 - LOCKS_OPEN) * share[added]
        return share

    def camera(self) -> Camera:
        """Return the camera that frames the face.

        A child's head is smaller in the picture than an adult's, but the difference is less than in reality.
        """
        height = ADULT_FRAME * frame_size(self.scale)
        return Camera(target=(0.0, float(EYES_AT[1]) - 0.02 * height, 0.5), height=height)
