"""Catmull-Clark subdivision of a cube, of which the result is known, and of a sheet."""

import numpy as np

from adapters.faces.studio.anatomy.catmull_clark import catmull_clark

CUBE = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], dtype=np.float32)
CUBE_QUADS = np.array(
    [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]], dtype=np.int32
)


def test_a_cube_becomes_26_vertices_and_24_quads() -> None:
    refined = catmull_clark(CUBE_QUADS, 8)
    assert refined(CUBE).shape == (26, 3)
    assert len(refined.quads) == 24
    assert np.array_equal(refined.source, np.repeat(np.arange(6), 4))


def test_a_cubes_corners_edges_and_faces_move_where_the_rules_say() -> None:
    fine = np.abs(catmull_clark(CUBE_QUADS, 8)(CUBE))
    lengths = sorted(np.round(np.linalg.norm(fine, axis=1), 5))
    corner, edge, face = 5 / 9 * np.sqrt(3), 0.75 * np.sqrt(2), 1.0
    np.testing.assert_allclose(lengths, sorted([corner] * 8 + [edge] * 12 + [face] * 6), rtol=1e-4)


def test_moving_a_mesh_moves_its_refinement_by_as_much() -> None:
    refined = catmull_clark(CUBE_QUADS, 8)
    shift = np.array([3, -2, 1], dtype=np.float32)
    np.testing.assert_allclose(refined(CUBE + shift), refined(CUBE) + shift, atol=1e-5)


def test_the_border_of_a_flat_sheet_stays_where_it_is() -> None:
    grid = np.array([[x, y, 0] for y in range(3) for x in range(3)], dtype=np.float32)
    quads = np.array([[0, 1, 4, 3], [1, 2, 5, 4], [3, 4, 7, 6], [4, 5, 8, 7]], dtype=np.int32)
    fine = catmull_clark(quads, 9)(grid)
    assert len(fine) == 25
    assert fine[:, :2].min() >= 0
    assert fine[:, :2].max() <= 2
    assert (fine[:, 1] == 0).sum() >= 3


def test_vertices_without_a_quad_have_no_fine_vertex() -> None:
    fine = catmull_clark(CUBE_QUADS, 9)(np.vstack([CUBE, [[9, 9, 9]]]).astype(np.float32))
    assert fine.shape == (26, 3)
    assert np.abs(fine).max() <= 1
