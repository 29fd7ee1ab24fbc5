"""Hair, lashes and spectacles on the studio's head."""

import numpy as np
import pytest

from adapters.faces.studio.anatomy.character import PORTRAIT_POSE, Character, Pose, turned
from adapters.faces.studio.anatomy.hairstyles import CUTS
from adapters.faces.studio.anatomy.head import load_head
from adapters.faces.studio.anatomy.lashes import LOWER_LASHES, UPPER_LASHES, draw_lashes, lash_plan
from adapters.faces.studio.anatomy.proportions import EYE_LEVEL
from adapters.faces.studio.anatomy.ribbons import ribbons_along
from adapters.faces.studio.anatomy.skull import CENTRE, measure_skull
from adapters.faces.studio.design.mapping import design_face
from adapters.faces.studio.design.traits import NEUTRAL
from adapters.faces.studio.render.mesh import DrawMesh, Part
from adapters.faces.studio.render.rasterizer import rasterize
from domain.look import HairStyle, LookWishes
from domain.voice import Gender, Person

WOMAN = Person(30, Gender.WOMAN)


def character_with(style: HairStyle, *, glasses: bool = False) -> tuple[DrawMesh, Character]:
    design = design_face(WOMAN, NEUTRAL, wishes=LookWishes(hair_style=style, glasses=glasses))
    character = Character(design)
    return character.mesh(design.expression, PORTRAIT_POSE), character


def points_of(mesh: DrawMesh, part: Part) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.asarray(mesh.points[np.unique(mesh.triangles[mesh.parts == part])])


@pytest.mark.parametrize("style", list(HairStyle))
def test_every_style_has_a_cut_and_all_its_locks_stay_near_the_head(style: HairStyle) -> None:
    mesh, _ = character_with(style)
    assert np.isfinite(mesh.points).all()
    if CUTS[style].locks:
        hair = points_of(mesh, Part.HAIR)
        assert len(hair) > 1000
        assert np.linalg.norm(hair - CENTRE, axis=1).max() < 3.2
    else:
        assert not (mesh.parts == Part.HAIR).any()


@pytest.mark.parametrize("style", [HairStyle.LONG, HairStyle.BOB, HairStyle.FRINGE, HairStyle.BUN])
def test_no_hair_hangs_in_front_of_eyes_nose_or_mouth(style: HairStyle) -> None:
    mesh, _ = character_with(style)
    hair = points_of(mesh, Part.HAIR)
    in_front = (np.abs(hair[:, 0]) < 0.45) & (hair[:, 2] > 1.0) & (hair[:, 1] < EYE_LEVEL)
    assert not in_front.any()


def test_long_hair_reaches_further_down_than_a_bob_and_a_bob_than_a_crop() -> None:
    lowest = [
        float(points_of(character_with(style)[0], Part.HAIR)[:, 1].min())
        for style in (HairStyle.LONG, HairStyle.BOB, HairStyle.CROP)
    ]
    assert lowest == sorted(lowest)
    assert lowest[1] - lowest[0] > 0.5


@pytest.mark.parametrize("style", [HairStyle.CROP, HairStyle.SIDE_PART, HairStyle.QUIFF, HairStyle.PIXIE])
def test_short_hair_lies_against_the_temples(style: HairStyle) -> None:
    _, character = character_with(style)
    mesh = character.mesh(character.design.expression, Pose())

    def widest(part: Part) -> float:
        points = points_of(mesh, part)
        temples = (points[:, 1] > EYE_LEVEL + 0.2) & (points[:, 1] < EYE_LEVEL + 0.5)
        return float(np.abs(points[temples, 0]).max())

    assert widest(Part.HAIR) - widest(Part.SKIN) < 0.07


def test_the_ends_of_a_bob_turn_in_towards_the_neck() -> None:
    hair = points_of(character_with(HairStyle.BOB)[0], Part.HAIR)
    ends, middle = hair[hair[:, 1] < EYE_LEVEL - 0.95], hair[np.abs(hair[:, 1] - EYE_LEVEL + 0.4) < 0.1]
    assert np.abs(ends[:, 0]).max() < np.abs(middle[:, 0]).max() - 0.15


def test_the_skull_of_a_sphere_has_its_radius_and_keeps_points_outside_of_it() -> None:
    random = np.random.default_rng(1)
    sphere = random.standard_normal((20_000, 3))
    sphere = (CENTRE + 1.2 * sphere / np.linalg.norm(sphere, axis=1, keepdims=True)).astype(np.float32)
    skull = measure_skull(sphere)
    directions = random.standard_normal((100, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    np.testing.assert_allclose(skull.radius(directions), 1.2, atol=1e-4)
    inside = CENTRE + 0.5 * directions
    clear = np.full(100, 0.1)
    moved = np.linalg.norm(skull.settle(inside, clear, np.zeros(100)) - CENTRE, axis=1)
    np.testing.assert_allclose(moved, 1.3, atol=1e-4)
    outside = CENTRE + 2.0 * directions
    settled = np.linalg.norm(skull.settle(outside, clear, np.ones(100)) - CENTRE, axis=1)
    np.testing.assert_allclose(settled, 1.3, atol=1e-4)


def test_a_ribbon_has_the_given_width_and_lies_flat_on_the_head() -> None:
    path = np.stack([np.zeros(5), np.linspace(0, -1, 5), np.ones(5)], axis=1)[None]
    outward = np.broadcast_to([0.0, 0.0, 1.0], path.shape)
    ribbon = ribbons_along(path, outward, np.full((1, 5), 0.1), np.zeros(1), bulge=0.5)
    points = ribbon.points.reshape(5, 3, 3)
    np.testing.assert_allclose(np.ptp(points[:, :, 0], axis=1), 0.2, atol=1e-6)
    np.testing.assert_allclose(points[:, 1, 2] - points[:, 0, 2], 0.05, atol=1e-6)
    np.testing.assert_allclose(ribbon.directions, np.tile([0, -1, 0], (15, 1)), atol=1e-6)


def test_lashes_grow_from_both_lids_of_both_eyes_and_close_with_a_blink() -> None:
    head = load_head()
    awake = head.control({})
    asleep = head.control({"face/eyeBlinkLeft": 1.0, "face/eyeBlinkRight": 1.0})
    opened, shut = draw_lashes(awake, 1.0).points, draw_lashes(asleep, 1.0).points
    assert (opened[:, 0] > 0).sum() == (opened[:, 0] < 0).sum()
    upper = opened[:, 1] > EYE_LEVEL + 0.03
    assert upper.sum() > len(opened) / 5
    assert (shut[upper, 1] - opened[upper, 1]).mean() < -0.05
    assert len(lash_plan().reach) == 2 * (UPPER_LASHES + LOWER_LASHES)


@pytest.mark.parametrize("style", [HairStyle.LONG, HairStyle.QUIFF])
def test_hair_that_is_left_out_is_missing_in_no_pose_of_a_video(
    style: HairStyle, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, pruned = character_with(style)
    monkeypatch.setattr("adapters.faces.studio.anatomy.character.without_hidden", lambda hair, *_: hair)
    _, whole = character_with(style)
    expression, camera = pruned.design.expression, pruned.camera()
    for yaw, pitch, roll in ((-0.9, 0.2, 0.5), (0.5, -0.9, -0.4), (0.95, 0.8, 0.9), (-0.5, -0.6, 0.0)):
        shown = []
        for character in (pruned, whole):
            mesh = character.mesh(expression, turned(yaw, pitch, roll))
            depth, owner = np.empty((512, 512), np.float32), np.empty((512, 512), np.int32)
            rasterize(camera.project(mesh.points, 512), mesh.triangles, mesh.two_sided, depth, owner)
            shown.append((depth, np.append(mesh.parts, 255)[owner]))
        (depth, parts), (whole_depth, whole_parts) = shown
        hair = (whole_parts == Part.HAIR).sum()
        assert ((whole_parts == Part.HAIR) & (parts != Part.HAIR)).sum() < 0.002 * hair
        behind = (parts == Part.HAIR) & (depth > whole_depth + 0.1)
        assert behind.sum() < 0.01 * hair
    assert len(points_of(pruned.mesh(expression, PORTRAIT_POSE), Part.HAIR)) < 0.8 * len(
        points_of(whole.mesh(expression, PORTRAIT_POSE), Part.HAIR)
    )


def test_spectacles_are_in_front_of_both_eyes_and_reach_back_to_the_ears() -> None:
    mesh, character = character_with(HairStyle.BOB, glasses=True)
    turned_back = character.mesh(character.design.expression, PORTRAIT_POSE.__class__())
    wire = points_of(turned_back, Part.GLASSES)
    eyes = points_of(turned_back, Part.EYE)
    assert wire[:, 2].max() > eyes[:, 2].max()
    assert wire[:, 2].min() < 0.4
    assert wire[:, 0].min() < eyes[:, 0].min()
    assert wire[:, 0].max() > eyes[:, 0].max()
    assert abs(wire[:, 0].max() + wire[:, 0].min()) < 0.1
    assert not (character_with(HairStyle.BOB)[0].parts == Part.GLASSES).any()
    assert (mesh.parts == Part.GLASSES).any()
