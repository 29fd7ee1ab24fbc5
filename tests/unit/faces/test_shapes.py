"""Five hundred random faces: no lid or lip may be folded or crossed, and no point far from the head."""

import numpy as np
import pytest
from numpy.typing import NDArray

from adapters.faces.studio.anatomy.head import load_head
from adapters.faces.studio.anatomy.lashes import LID_LINE_HEIGHT, lash_plan
from adapters.faces.studio.anatomy.morphs import deform
from adapters.faces.studio.anatomy.proportions import EYES_AT
from adapters.faces.studio.design.fingerprint import FINGERPRINT_SIZE, Fingerprint
from adapters.faces.studio.design.mapping import FaceDesign, design_face
from adapters.faces.studio.design.traits import Traits
from adapters.faces.studio.render.mesh import Part
from domain.voice import Gender, Person

LASHES_CROSS = 0.06
"""Decimetres by which the roots of the lashes pass each other in a blink; half of it on the base head."""
FARTHEST = 2.0
"""Decimetres from between the eyes within which the whole head lies."""
HEAD = load_head()
LIPS = HEAD.asset.masks["lips"] > 0.5
LASH_ROOTS = np.unique(np.concatenate([lash_plan().near[:, 0], lash_plan().far[:, 0]]))
MIDDLE = np.abs(HEAD.asset.base[:, 0]) < 0.12
SKIN = HEAD.asset.vertices_of(Part.SKIN)
UPPER_LIP = np.flatnonzero(LIPS & MIDDLE & (HEAD.asset.base[:, 1] > 6.62) & (HEAD.asset.base[:, 2] > 1.45))
LOWER_LIP = np.flatnonzero(LIPS & MIDDLE & (HEAD.asset.base[:, 1] < 6.55) & (HEAD.asset.base[:, 2] > 1.45))


def random_design(number: int) -> FaceDesign:
    random = np.random.default_rng(number)
    deep, long, bright, rough, lively = (float(value) for value in random.uniform(-1, 1, 5))
    free = Fingerprint(tuple(float(value) for value in random.uniform(-1, 1, FINGERPRINT_SIZE)))
    person = Person(int(random.integers(1, 121)), Gender.MAN if number % 2 else Gender.WOMAN)
    return design_face(
        person, Traits(deep=deep, long=long, bright=bright, rough=rough, lively=lively, fingerprint=free)
    )


def folded(points: NDArray[np.float32], base: NDArray[np.float32], quads: NDArray[np.int32]) -> int:
    """Count the quads, of those that face the viewer on the base mesh, that have turned inside out."""

    def normals(corners: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])

    before = normals(base[quads])
    facing = before[:, 2] > 0.2 * np.linalg.norm(before, axis=1)
    return int(((normals(points[quads]) * before).sum(axis=1)[facing] < 0).sum())


def lid_gap(points: NDArray[np.float32]) -> float:
    """Return the narrower of the two openings between the lids' edges, in the middle of each eye."""
    gaps = []
    for side in (-1, 1):
        edge = LASH_ROOTS[np.sign(HEAD.asset.base[LASH_ROOTS, 0]) == side]
        middle = edge[np.abs(np.abs(HEAD.asset.base[edge, 0]) - 0.32) < 0.03]
        upper = HEAD.asset.base[middle, 1] > LID_LINE_HEIGHT
        gaps.append(points[middle[upper], 1].min() - points[middle[~upper], 1].max())
    return float(min(gaps))


@pytest.mark.parametrize("batch", range(10))
def test_fifty_random_faces_have_no_defects(batch: int) -> None:
    quads = HEAD.asset.quads[HEAD.asset.parts == Part.SKIN]
    base = HEAD.asset.base
    middles = base[quads].mean(axis=1)
    lids = quads[(HEAD.asset.masks["eyelids"][quads] > 0.3).all(axis=1) & (middles[:, 2] > 1.25)]
    lips = quads[(HEAD.asset.masks["lips"][quads] > 0.5).all(axis=1) & (middles[:, 2] > 1.45)]
    assert min(len(lids), len(lips)) > 30
    for number in range(50 * batch, 50 * batch + 50):
        design = random_design(number)
        points = HEAD.control(design.shape)
        assert np.isfinite(points).all()
        assert folded(points, base, lids) == 0
        assert folded(points, base, lips) == 0
        top = points[SKIN][base[SKIN, 1] > 6.3]
        assert np.linalg.norm(top - EYES_AT, axis=1).max() < FARTHEST
        resting = deform(HEAD.asset, points, design.expression)
        assert resting[UPPER_LIP, 1].min() > resting[LOWER_LIP, 1].max()
        assert lid_gap(resting) > 0.05
        blink = {"face/eyeBlinkLeft": 1.0, "face/eyeBlinkRight": 1.0}
        assert -LASHES_CROSS < lid_gap(deform(HEAD.asset, points, blink)) < 0
