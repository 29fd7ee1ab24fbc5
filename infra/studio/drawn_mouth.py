"""Measures the mouth on drawn frames: by what each sample of the picture shows, not by the weights of the face."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.anatomy.character import PORTRAIT_POSE, Character
from adapters.faces.studio.anatomy.head import load_head
from adapters.faces.studio.anatomy.lips import LIP_LINE
from adapters.faces.studio.design.targets import JAW_OPEN, MOUTH_PUCKER, sides
from adapters.faces.studio.render.mesh import DrawMesh, Part, SkinColumn
from adapters.faces.studio.render.renderer import FRAME, Renderer

SIZE = 512
LIPS_PAINTED, LINING = 0.3, 0.5
"""Paint from which skin is a lip, and from which it is the lining of the mouth."""
MIDDLE = 1 / 3
"""The share of a mouth's width that counts as its middle."""
TOUCHING = 1.0
"""Pixels that may lie between two edges that touch."""
ENOUGH = 0.7
"""Share of the columns of the mouth's middle where the lip must lie at the teeth."""


class Shows(IntEnum):
    """What a sample of the picture shows."""

    OTHER = 0
    UPPER_LIP = 1
    LOWER_LIP = 2
    UPPER_TEETH = 3
    INSIDE = 4
    """Lower teeth, tongue, lining, throat."""


@dataclass(frozen=True, slots=True)
class Mouth:
    """The mouth of one frame, in pixels of a picture of `SIZE`."""

    gap: float
    """The most that is seen between the lips in any column."""
    opening: float
    """The mean of that in the middle third."""
    lip_at_teeth: bool
    """Upper teeth are seen, and the lower lip begins where they end, in most columns of the middle third."""
    rounding: float
    """How far the mouth's width is on its way from the lips of a face that does not smile (0) to a full pucker (1)."""


class MouthGauge:
    """Measures the mouth of one character, in any expression and pose."""

    def __init__(self, character: Character) -> None:
        self._character = character
        self._renderer = Renderer(SIZE, FRAME)
        self._kinds = _kinds(character)
        head = load_head()
        lips = np.flatnonzero(head.skin & (head.paint[:, SkinColumn.LIPS] > LIPS_PAINTED))
        across = head.rest[lips, 0]
        self._corners = lips[[across.argmin(), across.argmax()]]
        plain = dict(character.design.expression)
        for name in (*sides("mouthSmile"), *sides("mouthDimple")):
            plain[name] = 0.0
        self._plain = self._width(character.mesh(plain, PORTRAIT_POSE))
        self._pucker = self._width(character.mesh(plain | {MOUTH_PUCKER: 1.0}, PORTRAIT_POSE))

    def measure(self, mesh: DrawMesh) -> Mouth:
        """Measure the mouth of a mesh of the character."""
        seen = self._seen(mesh)
        lips = (seen == Shows.UPPER_LIP) | (seen == Shows.LOWER_LIP)
        columns = np.flatnonzero(lips.any(axis=0))
        rows = np.flatnonzero(lips.any(axis=1))
        mouth = seen[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].T
        gaps = np.array([_between(column).size for column in mouth]) / FRAME.samples
        third = slice(round(len(mouth) * (1 - MIDDLE) / 2), round(len(mouth) * (1 + MIDDLE) / 2))
        return Mouth(
            gap=float(gaps.max()),
            opening=float(gaps[third].mean()),
            lip_at_teeth=float(np.mean([_touches_teeth(column) for column in mouth[third]])) >= ENOUGH,
            rounding=(self._plain - self._width(mesh)) / (self._plain - self._pucker),
        )

    def _seen(self, mesh: DrawMesh) -> NDArray[np.int64]:
        """Return what the samples of the picture show (rows, columns)."""
        screen, samples = self._renderer.look(mesh, self._character.camera())
        ids = samples.triangle_ids
        a, b, c = (screen[mesh.triangles[ids, corner], :2] for corner in range(3))
        area = (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (
            c[..., 0] - a[..., 0]
        )
        seen = self._kinds[ids]
        backs = (mesh.parts[ids] == Part.SKIN) & (area > 0)
        return np.where(ids < 0, Shows.OTHER, np.where(backs, Shows.INSIDE, seen))

    def _width(self, mesh: DrawMesh) -> float:
        """Return the distance of the corners of the mouth; it does not depend on the pose."""
        left, right = mesh.points[self._corners]
        return float(np.linalg.norm(right - left))


def _between(column: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the samples of the mouth's inside in a column that lie under the upper lip and over the lower one."""
    upper = np.flatnonzero(column == Shows.UPPER_LIP)
    lower = np.flatnonzero(column == Shows.LOWER_LIP)
    first = upper[0] if len(upper) else 0
    last = lower[-1] if len(lower) else len(column)
    between = column[first:last]
    return between[between >= Shows.UPPER_TEETH]


def _touches_teeth(column: NDArray[np.int64]) -> bool:
    """Tell whether the lower lip begins where the upper teeth end."""
    between = _between(column)
    teeth = np.flatnonzero(between == Shows.UPPER_TEETH)
    return len(teeth) > 0 and len(between) - 1 - teeth[-1] <= TOUCHING * FRAME.samples


def _kinds(character: Character) -> NDArray[np.int64]:
    """Return what each triangle of a character shows from its front."""
    head = load_head()
    mesh = character.mesh(character.design.expression, PORTRAIT_POSE)
    sinking = np.zeros(len(head.asset.base), dtype=np.float32)
    vertices, offsets = head.asset.targets.of(JAW_OPEN)
    sinking[vertices] = offsets[:, 1]
    upper_teeth = np.zeros_like(sinking)
    upper_teeth[head.upper_teeth] = 1
    first = mesh.triangles[:, 0]
    own = first < len(head.rest)
    at = np.where(own, first, 0)
    is_upper = head.subdivision.field(sinking)[at] > LIP_LINE
    skin = mesh.parts == Part.SKIN
    lining = mesh.paint[mesh.triangles, SkinColumn.MOUTH].mean(axis=1) > LINING
    lips = mesh.paint[mesh.triangles, SkinColumn.LIPS].mean(axis=1) > LIPS_PAINTED
    tooth = (mesh.parts == Part.TEETH) & (head.subdivision.field(upper_teeth)[at] > 0.5)
    inside = (skin & lining) | (mesh.parts == Part.TEETH) | (mesh.parts == Part.TONGUE)
    return np.select(
        [tooth, inside, skin & lips & is_upper, skin & lips],
        [Shows.UPPER_TEETH, Shows.INSIDE, Shows.UPPER_LIP, Shows.LOWER_LIP],
        Shows.OTHER,
    )
