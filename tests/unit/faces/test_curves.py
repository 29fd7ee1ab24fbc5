"""The smooth step that hair, performances and the backdrop use."""

import numpy as np
import pytest

from adapters.faces.studio.render.curves import smoothstep


def test_a_smooth_step_is_zero_before_its_start_one_after_its_end_and_half_in_the_middle() -> None:
    values = np.array([-9.0, 2.0, 3.0, 4.0, 9.0])
    assert smoothstep(2.0, 4.0, values).tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]


def test_a_smooth_step_rises_all_the_way_and_is_flat_at_both_ends() -> None:
    steps = np.diff(smoothstep(0.0, 1.0, np.linspace(0, 1, 101)))
    assert (steps > 0).all()
    assert steps[0] == pytest.approx(steps[-1])
    assert steps[0] < 0.1 * steps.max()


def test_a_smooth_step_falls_where_its_start_lies_above_its_end() -> None:
    assert smoothstep(1.0, 0.0, np.array([-1.0, 0.25, 2.0])).tolist() == [1.0, 0.84375, 0.0]


@pytest.mark.parametrize("precision", [np.float32, np.float64])
def test_a_smooth_step_keeps_the_precision_of_its_values(precision: type[np.floating]) -> None:
    values = np.linspace(0, 1, 5).astype(precision)
    assert smoothstep(0.1, 0.9, values).dtype == precision
