"""How heights and sizes follow the scale of a head."""

import numpy as np

from adapters.faces.studio.anatomy.proportions import EYE_LEVEL, adult_height, frame_size, scaled_height


def test_the_eyes_are_at_the_same_height_on_heads_of_every_scale() -> None:
    eyes = np.array([EYE_LEVEL])
    assert scaled_height(eyes, 0.7) == adult_height(eyes, 0.7) == eyes


def test_a_height_on_a_small_head_is_nearer_to_the_eyes_than_on_an_adults() -> None:
    crown = np.array([EYE_LEVEL + 1.0])
    np.testing.assert_allclose(scaled_height(crown, 0.8), EYE_LEVEL + 0.8)
    np.testing.assert_allclose(adult_height(scaled_height(crown, 0.8), 0.8), crown)


def test_the_frame_of_a_picture_shrinks_less_than_a_childs_head() -> None:
    assert frame_size(1.0) == 1.0
    assert 0.6 < frame_size(0.6) < 1.0
