"""The z-buffer against triangles whose pixels can be counted by hand."""

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.render.rasterizer import NO_TRIANGLE, rasterize, rasterize_depth

SIZE = 32
LOWER_LEFT = [[2.0, 2.0, 5.0], [2.0, 30.0, 5.0], [30.0, 30.0, 5.0]]
UPPER_RIGHT = [[2.0, 2.0, 5.0], [30.0, 30.0, 5.0], [30.0, 2.0, 5.0]]


def draw(
    corners: list[list[float]], two_sided: bool = False
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    screen = np.array(corners, dtype=np.float32)
    triangles = np.arange(len(screen), dtype=np.int32).reshape(-1, 3)
    depth = np.empty((SIZE, SIZE), dtype=np.float32)
    triangle_ids = np.empty((SIZE, SIZE), dtype=np.int32)
    rasterize(screen, triangles, np.full(len(triangles), two_sided, dtype=np.uint8), depth, triangle_ids)
    return depth, triangle_ids


def test_a_triangle_covers_exactly_the_samples_whose_centres_it_contains() -> None:
    _, triangle_ids = draw(LOWER_LEFT)
    y, x = np.mgrid[0:SIZE, 0:SIZE] + 0.5
    inside = (x >= 2) & (y <= 30) & (y >= x)
    assert np.array_equal(triangle_ids == 0, inside)


def test_depth_is_interpolated_linearly_over_a_triangle() -> None:
    depth, triangle_ids = draw([[0.0, 0.0, 1.0], [0.0, 32.0, 1.0], [32.0, 0.0, 33.0]])
    _, x = np.mgrid[0:SIZE, 0:SIZE] + 0.5
    covered = triangle_ids == 0
    assert covered.sum() > 400
    np.testing.assert_allclose(depth[covered], (1 + x)[covered], rtol=1e-4)


def test_two_triangles_share_their_edge_without_a_gap() -> None:
    _, triangle_ids = draw(LOWER_LEFT + UPPER_RIGHT)
    assert (triangle_ids[2:30, 2:30] != NO_TRIANGLE).all()
    assert (triangle_ids != NO_TRIANGLE).sum() == 28 * 28


def test_the_nearer_triangle_hides_the_farther_in_either_order() -> None:
    near = [[x, y, 2.0] for x, y, _ in LOWER_LEFT]
    _, far_first = draw(LOWER_LEFT + near)
    _, near_first = draw(near + LOWER_LEFT)
    assert set(np.unique(far_first)) == {NO_TRIANGLE, 1}
    assert set(np.unique(near_first)) == {NO_TRIANGLE, 0}


def test_a_triangle_seen_from_behind_is_drawn_only_if_it_is_two_sided() -> None:
    turned = [LOWER_LEFT[0], LOWER_LEFT[2], LOWER_LEFT[1]]
    assert (draw(turned)[1] == NO_TRIANGLE).all()
    assert np.array_equal(draw(turned, two_sided=True)[1], draw(LOWER_LEFT)[1])


def test_a_triangle_partly_outside_the_picture_is_cut_at_the_border() -> None:
    _, triangle_ids = draw([[-50.0, -50.0, 1.0], [-50.0, 100.5, 1.0], [100.5, -50.0, 1.0]])
    y, x = np.mgrid[0:SIZE, 0:SIZE] + 0.5
    assert np.array_equal(triangle_ids == 0, x + y <= 50)


def test_a_depth_map_holds_triangles_seen_from_the_front_and_from_behind() -> None:
    screen = np.array([LOWER_LEFT[0], LOWER_LEFT[2], LOWER_LEFT[1]], dtype=np.float32)
    depth = np.empty((SIZE, SIZE), dtype=np.float32)
    rasterize_depth(screen, np.array([[0, 1, 2]], dtype=np.int32), depth)
    assert depth[20, 10] == 5.0
    assert depth[10, 20] > 1e8
