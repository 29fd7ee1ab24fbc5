"""The ramps from which a fingerprint reads colours."""

import pytest

from adapters.faces.studio.design.palettes import HAIR_COLOURS, SKIN_TONES, ramp_colour
from domain.look import HairColour, SkinTone

RAMP = ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5), (1.0, 0.0, 0.0))


@pytest.mark.parametrize(
    ("place", "colour"), [(-1.0, RAMP[0]), (0.0, RAMP[1]), (1.0, RAMP[2]), (-9.0, RAMP[0]), (9.0, RAMP[2])]
)
def test_a_ramp_goes_from_its_first_to_its_last_colour(
    place: float, colour: tuple[float, float, float]
) -> None:
    assert ramp_colour(RAMP, place) == pytest.approx(colour)


def test_near_places_on_a_ramp_have_near_colours() -> None:
    first, second = ramp_colour(RAMP, -0.01), ramp_colour(RAMP, 0.01)
    assert first == pytest.approx(second, abs=0.02)
    assert first != second


def test_every_colour_that_a_user_may_wish_for_is_in_a_palette() -> None:
    assert set(SKIN_TONES) == set(SkinTone)
    assert set(HAIR_COLOURS) == set(HairColour)
