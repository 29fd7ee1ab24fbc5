"""Camera, ambient occlusion, shadow map, lamps and the finished picture."""

import numpy as np

from adapters.faces.studio.anatomy.character import Character, Pose
from adapters.faces.studio.design.colour import srgb
from adapters.faces.studio.design.mapping import design_face
from adapters.faces.studio.design.traits import NEUTRAL
from adapters.faces.studio.engine import draw_portrait
from adapters.faces.studio.render.camera import CENTRE, Camera
from adapters.faces.studio.render.lamps import KEY, LAMPS
from adapters.faces.studio.render.mesh import PAINT_COLUMNS, DrawMesh, Part, quad_normals, triangulate
from adapters.faces.studio.render.occlusion import ambient_occlusion
from adapters.faces.studio.render.shadows import shadow_map
from domain.voice import Gender, Person


def plate(half: float, height: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the corners and the quad of a level square, above or below the bust's middle, that faces up."""
    x, y, z = CENTRE
    corners = [
        [x - half, y + height, z - half],
        [x - half, y + height, z + half],
        [x + half, y + height, z + half],
        [x + half, y + height, z - half],
    ]
    return np.array(corners, dtype=np.float32), np.array([[0, 1, 2, 3]], dtype=np.int32)


def test_the_cameras_target_is_in_the_middle_of_the_picture_and_up_is_up() -> None:
    camera = Camera(target=(0.1, 7.0, 0.3), height=2.0)
    middle = camera.project(np.array([[0.1, 7.0, 0.3]], dtype=np.float32), 100)[0]
    np.testing.assert_allclose(middle, [50, 50, 11.5], atol=1e-3)
    straight = Camera(target=(0.0, 7.0, 0.0), height=2.0)
    above, right = straight.project(np.array([[0, 7.5, 0], [0.5, 7, 0]], dtype=np.float32), 100)
    np.testing.assert_allclose(above[:2], [50, 25], atol=1e-3)
    np.testing.assert_allclose(right[:2], [75, 50], atol=1e-3)


def test_normals_point_to_the_side_from_which_quads_run_counter_clockwise() -> None:
    points, quads = plate(1.0, 0.0)
    np.testing.assert_allclose(quad_normals(points, quads), np.tile([0, 1, 0], (4, 1)), atol=1e-6)


def test_much_ambient_light_reaches_a_free_plate_and_little_reaches_one_under_a_roof() -> None:
    floor, quads = plate(0.3, -0.5)
    roof, _ = plate(2.0, -0.3)
    normals = np.tile(np.array([0, 1, 0], dtype=np.float32), (4, 1))
    free = ambient_occlusion(floor, normals, triangulate(quads))
    both = np.concatenate([floor, roof])
    covered = ambient_occlusion(
        both, np.tile(normals, (2, 1)), triangulate(np.concatenate([quads, quads + 4]))
    )
    assert free.min() > 0.9
    assert covered[:4].max() < 0.2


def test_a_shadow_map_holds_the_distance_from_the_lamp_to_the_nearest_surface() -> None:
    points, quads = plate(1.0, 0.5)
    blank = np.zeros((4, 3), dtype=np.float32)
    triangles = triangulate(quads)
    mesh = DrawMesh(
        points,
        blank,
        blank,
        np.zeros((4, PAINT_COLUMNS), dtype=np.float32),
        triangles,
        np.zeros(2, dtype=np.uint8),
        np.zeros(2, dtype=np.uint8),
    )
    lamp = LAMPS[KEY, :3]
    shadows = shadow_map(mesh, lamp, 128)
    below = np.append(np.add(CENTRE, [0, 0.4, 0]), 1.0)
    u, v, depth = shadows.matrix @ below
    assert shadows.depth[int(v), int(u)] < depth
    above = np.append(np.add(CENTRE, [0, 0.6, 0]), 1.0)
    u, v, depth = shadows.matrix @ above
    assert shadows.depth[int(v), int(u)] > depth


def test_the_directions_to_the_lamps_have_length_one() -> None:
    np.testing.assert_allclose(np.linalg.norm(LAMPS[:, :3], axis=1), 1, atol=1e-6)


def test_hexadecimal_colours_become_linear_light() -> None:
    assert srgb("000000") == (0, 0, 0)
    assert srgb("ffffff") == (1, 1, 1)
    assert abs(srgb("808080")[0] - 0.2159) < 1e-3


def test_eyes_and_hair_are_well_placed_in_the_portrait_at_any_age() -> None:
    for age in (5, 30, 85):
        character = Character(design_face(Person(age, Gender.MAN), NEUTRAL))
        mesh = character.mesh(character.design.expression, Pose())
        screen = character.camera().project(mesh.points, 100)
        head = np.isin(np.arange(len(screen)), mesh.triangles[mesh.parts == Part.EYE])
        assert 35 < screen[head, 1].mean() < 60
        hair = screen[np.unique(mesh.triangles[mesh.parts == Part.HAIR])]
        assert 3 < hair[:, 1].min() < 40


def test_a_portrait_is_lit_and_comes_out_the_same_each_time() -> None:
    character = Character(design_face(Person(30, Gender.WOMAN), NEUTRAL))
    first, again = draw_portrait(character, 64), draw_portrait(character, 64)
    assert np.array_equal(first, again)
    cheek = first[36:44, 22:30].reshape(-1, 3).mean(axis=0)
    assert cheek[0] > cheek[1] > cheek[2] > 60
