"""Where eyes look: measured on the irises that a picture would show."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from adapters.faces.studio.anatomy.character import PORTRAIT_POSE, PROBE_POSES, Character, Pose
from adapters.faces.studio.anatomy.head import load_head
from adapters.faces.studio.anatomy.morphs import deform
from adapters.faces.studio.design.appearance import EyeAppearance
from adapters.faces.studio.design.mapping import FaceDesign, design_face
from adapters.faces.studio.design.traits import NEUTRAL
from adapters.faces.studio.design.weights import both_sides
from adapters.faces.studio.render.materials.eye import EYE_RADIUS, EYE_X, EYE_Y, EYE_Z, paint_eye
from adapters.faces.studio.render.materials.surface import Point
from adapters.faces.studio.render.mesh import DrawMesh, Part
from adapters.faces.studio.render.rasterizer import rasterize
from domain.voice import Gender, Person

Points = NDArray[np.float64]
PEOPLE = [
    Person(age, gender)
    for age, gender in (
        (6, Gender.WOMAN),
        (9, Gender.MAN),
        (14, Gender.WOMAN),
        (17, Gender.MAN),
        (30, Gender.WOMAN),
        (30, Gender.MAN),
        (60, Gender.MAN),
        (80, Gender.WOMAN),
    )
]
WIDE, NARROW = {"detail/eye-scale-incr": 1.0}, {"detail/eye-scale-decr": 1.0, "detail/eye-trans-in": 1.0}


def eyeball(side: int) -> NDArray[np.int64]:
    """The fine vertices of the eye on one side of the picture: -1 left, 1 right."""
    head = load_head()
    vertices = np.unique(head.triangles[head.triangle_parts == Part.EYE])
    return np.asarray(vertices[head.rest[vertices, 0] * side > 0])


def middle_of(points: Points) -> Points:
    """The middle of the sphere that is nearest to points."""
    unknowns = np.linalg.lstsq(
        np.hstack([2 * points, np.ones((len(points), 1))]), (points**2).sum(axis=1), rcond=None
    )[0]
    return np.asarray(unknowns[:3])


def seen_pupil(mesh: DrawMesh, eyes: EyeAppearance, side: int) -> Points:
    """The middle of the places of an eyeball that are painted as its pupil."""
    vertices = eyeball(side)
    front = vertices[mesh.rest_or_direction[vertices, 2] > EYE_Z + 0.55 * EYE_RADIUS]
    corners = mesh.triangles[np.isin(mesh.triangles, front).all(axis=1)]
    steps = np.array([(a + 0.5, b + 0.5, 4.5 - a - b) for a in range(5) for b in range(5 - a)]) / 5.5
    rest = np.einsum("sc,tci->tsi", steps, mesh.rest_or_direction[corners]).reshape(-1, 3)
    places = np.einsum("sc,tci->tsi", steps, mesh.points[corners]).reshape(-1, 3)
    first, second, third = (mesh.points[corners[:, corner]] for corner in range(3))
    area = np.linalg.norm(np.cross(second - first, third - first), axis=1).repeat(len(steps))
    black = np.array([max(paint_eye(point(at), eyes).albedo) < 0.03 for at in rest])
    assert black.sum() > 50
    return np.asarray(np.average(places[black], axis=0, weights=area[black]))


def point(rest: NDArray[np.float32]) -> Point:
    return Point((float(rest[0]), float(rest[1]), float(rest[2])), (0, 0, 1), (0, 0, 1), 1.0, 1.0)


def off_camera(character: Character, mesh: DrawMesh, look_right: float = 0.0) -> Points:
    """By how many degrees to the right and up both eyes look past the camera, (2, 2)."""
    eyes = character.appearance(mesh, look_right).eyes
    angles = []
    for side in (-1, 1):
        middle = middle_of(mesh.points[eyeball(side)].astype(float))
        gaze, camera = seen_pupil(mesh, eyes, side) - middle, character.camera().position - middle
        angles.append(np.arctan2(gaze[:2], gaze[2]) - np.arctan2(camera[:2], camera[2]))
    return np.degrees(angles)


def with_shape(design: FaceDesign, weights: dict[str, float]) -> FaceDesign:
    return replace(design, shape={**design.shape, **weights})


@pytest.mark.parametrize("person", PEOPLE, ids=str)
def test_both_eyes_look_at_the_viewer_however_the_head_is_turned(person: Person) -> None:
    character = Character(design_face(person, NEUTRAL))
    for pose in (PORTRAIT_POSE, PROBE_POSES[1], PROBE_POSES[-1]):
        left, right = off_camera(character, character.mesh(character.design.expression, pose))
        assert np.abs([left, right]).max() < 1.5
        assert np.abs(left - right).max() < 1.5


@pytest.mark.parametrize("shape", [WIDE, NARROW], ids=["wide", "narrow"])
def test_extreme_eyes_do_so_too(shape: dict[str, float]) -> None:
    character = Character(with_shape(design_face(PEOPLE[4], NEUTRAL), shape))
    left, right = off_camera(character, character.mesh(character.design.expression, PORTRAIT_POSE))
    assert np.abs([left, right]).max() < 1.5


def test_a_look_past_the_viewer_turns_both_eyes_equally() -> None:
    character = Character(design_face(PEOPLE[4], NEUTRAL))
    mesh = character.mesh(character.design.expression, PORTRAIT_POSE)
    turned = off_camera(character, mesh, look_right=0.1) - off_camera(character, mesh)
    assert turned[:, 0] == pytest.approx(np.degrees(0.1), abs=1)
    assert turned[:, 1] == pytest.approx(0, abs=1)


def test_face_units_that_turn_the_eyeballs_move_the_lids_alone() -> None:
    character = Character(design_face(PEOPLE[4], NEUTRAL))
    lowered = character.design.expression | both_sides("eyeLookDown", 0.5)
    assert np.abs(off_camera(character, character.mesh(lowered, PORTRAIT_POSE))).max() < 1.5


@pytest.mark.parametrize("person", PEOPLE, ids=str)
def test_eyeballs_of_all_ages_face_ahead(person: Person) -> None:
    head = load_head()
    shape = design_face(person, NEUTRAL).shape
    points = head.surface(head.control(shape)).points.astype(float)
    for side in (-1, 1):
        placed = points[eyeball(side)]
        rest = head.rest[eyeball(side)].astype(float)
        front = np.argsort(rest[:, 2])[-12:]
        ahead = placed[front].mean(axis=0) - middle_of(placed)
        assert abs(np.degrees(np.arctan2(ahead[0], ahead[2]))) < 3
        assert abs(np.degrees(np.arctan2(ahead[1], ahead[2]))) < 3


def test_lids_turn_with_their_eyeballs_and_keep_their_distance() -> None:
    """Where a target of children turns both eyes outwards."""
    head = load_head()
    shape = design_face(Person(9, Gender.MAN), NEUTRAL).shape
    crooked, straight = deform(head.asset, head.asset.base, shape), head.control(shape)
    eye = head.eyes[head.asset.base[head.eyes, 0] > 0]
    before, after = middle_of(crooked[eye].astype(float)), middle_of(straight[eye].astype(float))
    lids = head.asset.vertices_of(Part.LASH)
    lids = lids[np.linalg.norm(head.asset.base[lids] - [EYE_X, EYE_Y, EYE_Z], axis=1) < 0.19]
    assert len(lids) > 10
    np.testing.assert_allclose(
        np.linalg.norm(straight[lids] - after, axis=1),
        np.linalg.norm(crooked[lids] - before, axis=1),
        atol=0.003,
    )
    moved = (straight[lids] - after) - (crooked[lids] - before)
    assert moved[:, 0].max() < -0.005  # towards the nose


def test_shut_lids_cover_the_eyes_at_every_turn() -> None:
    for person in PEOPLE[1:6:4]:
        character = Character(design_face(person, NEUTRAL))
        shut = character.design.expression | both_sides("eyeBlink", 1.0) | both_sides("eyeWide", 0.0)
        mesh = character.mesh(shut, Pose(yaw=-0.3))
        depth, owner = np.empty((256, 256), np.float32), np.empty((256, 256), np.int32)
        rasterize(character.camera().project(mesh.points, 256), mesh.triangles, mesh.two_sided, depth, owner)
        shown = mesh.parts[owner[owner >= 0]]
        assert (shown == Part.EYE).sum() <= 3
