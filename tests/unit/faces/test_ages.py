"""The ages at which a face changes."""

import pytest

from adapters.faces.studio.design import ages
from adapters.faces.studio.design.mapping import design_face
from adapters.faces.studio.design.styling import usual_style
from adapters.faces.studio.design.traits import NEUTRAL, Traits
from domain.look import HairStyle
from domain.voice import Gender, Person

CHOICES = (-2.0, -0.7, 0.0, 0.9, 2.0)


def styles(age: int, gender: Gender) -> set[HairStyle]:
    return {usual_style(Person(age, gender), choice) for choice in CHOICES}


def test_a_change_is_nothing_before_its_start_all_after_its_end_and_half_in_the_middle() -> None:
    change = ages.Change(20, 40)
    shares = [change.share(Person(age, Gender.MAN)) for age in (10, 20, 30, 40, 50)]
    assert shares == [0, 0, 0.5, 1, 1]


@pytest.mark.parametrize(("age", "share"), [(11, 0), (18, 1), (90, 1)])
def test_children_grow_up_between_eleven_and_eighteen(age: int, share: float) -> None:
    assert ages.adulthood(Person(age, Gender.WOMAN)) == share


def test_boys_get_the_hair_styles_of_men_from_fourteen() -> None:
    assert HairStyle.QUIFF not in styles(ages.TEENAGER_FROM - 1, Gender.MAN)
    assert HairStyle.QUIFF in styles(ages.TEENAGER_FROM, Gender.MAN)


def test_some_men_have_a_receding_hairline_from_forty_six_and_all_lose_hair_from_sixty_three() -> None:
    assert HairStyle.RECEDING not in styles(ages.RECEDING_FROM - 1, Gender.MAN)
    assert styles(ages.RECEDING_FROM, Gender.MAN) > {HairStyle.RECEDING}
    assert HairStyle.BALD not in styles(ages.BALDING_FROM - 1, Gender.MAN)
    assert styles(ages.BALDING_FROM, Gender.MAN) == {HairStyle.RECEDING, HairStyle.BALD}


def test_women_wear_short_hair_or_a_bun_from_fifty_nine() -> None:
    short = {HairStyle.PIXIE, HairStyle.BOB, HairStyle.BUN}
    assert HairStyle.LONG in styles(ages.SHORT_HAIR_FROM - 1, Gender.WOMAN)
    assert styles(ages.SHORT_HAIR_FROM, Gender.WOMAN) == short


def test_some_women_wear_a_pixie_cut_from_thirty_six() -> None:
    younger, older = (styles(age, Gender.WOMAN) for age in (ages.PIXIE_FROM - 1, ages.PIXIE_FROM))
    assert younger == {HairStyle.LONG, HairStyle.BOB, HairStyle.FRINGE, HairStyle.BUN}
    assert older == younger | {HairStyle.PIXIE}


def test_a_rough_voice_makes_a_face_older_from_twenty_six() -> None:
    rough = Traits(rough=1.0)
    younger, older = (Person(age, Gender.MAN) for age in (ages.ROUGHNESS_FROM - 1, ages.ROUGHNESS_FROM))
    assert design_face(younger, rough).shape == design_face(younger, NEUTRAL).shape
    assert design_face(older, rough).shape != design_face(older, NEUTRAL).shape


@pytest.mark.parametrize(("age", "nearest"), [(1, 4), (120, 88)])
def test_the_body_of_a_person_outside_the_drawn_ages_is_that_of_the_nearest_one(
    age: int, nearest: int
) -> None:
    assert (ages.YOUNGEST_DRAWN, ages.OLDEST_DRAWN) == (4, 88)
    outside, drawn = (design_face(Person(years, Gender.WOMAN), NEUTRAL) for years in (age, nearest))
    assert outside.shape == drawn.shape


def test_hair_greys_and_lines_appear_from_the_forties_on() -> None:
    appearances = [design_face(Person(age, Gender.WOMAN), NEUTRAL).appearance for age in (42, 43, 45, 46)]
    assert appearances[1].hair.colour != appearances[0].hair.colour
    assert appearances[2].skin.lines == 0
    assert appearances[3].skin.lines > 0
