"""The styling: what is chosen for variety, by the voice, and worn by both faces of a result.

It claims nothing. It is kept apart from the traits, so that the two faces differ only in what a voice bends.
"""

from bisect import bisect_right
from dataclasses import dataclass
from math import log2

import numpy as np

from adapters.faces.studio.design import ages
from adapters.faces.studio.design.fingerprint import TIMBRE_DEVIATION, fingerprint_of
from adapters.faces.studio.design.usual_voice import usual_voice
from domain.look import HairStyle
from domain.voice import Acoustics, Gender, Person

STEADY_DIRECTION = np.array((0.8, -0.2, 0.0, -0.1, -0.2, 0.0, 0.0, -0.4, -0.2, 0.0, 0.0, 0.0, 0.0))
"""Of pitch and timbre, each in deviations: along this direction voices differ most from each other, as compared with
the two halves of one recording (linear discriminant analysis of the speakers in `samples/speakers`, rounded)."""
STEADY_DEVIATION = {Gender.WOMAN: 1.43, Gender.MAN: 1.10}
"""Deviation of these speakers along it, with their mean pitch as the middle."""
STEADY_HZ = {Gender.WOMAN: 224.0, Gender.MAN: 124.0}
STEADY_SEMITONES = 2.7
"""Their deviation of pitch."""

MENS_BORDERS = (-0.38, 0.85)
WOMENS_BORDERS = (-0.9, -0.38, 0.7, 1.1)
"""Where one hair style ends and the next one begins, in deviations along the steady direction.

There are few of them, since each one divides some voices from themselves. They lie where few of the speakers are.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Styling:
    """What both faces of a result wear; places are in -1..1."""

    choice: float = 0.0
    """Which of the hair styles that suit age and gender is worn, in deviations along the steady direction."""
    hair_colour: float = 0.0
    """The place on the ramp of natural hair colours."""
    freckles: float = 0.0
    """How many freckles there are; few faces have any."""
    iris: float = 0.0
    """The place on the ramp of eye colours."""
    shirt: float = 0.0
    """The place on the ramp of shirt colours."""
    lock_seed: int = 0
    """The seed of where locks of hair grow."""


PLAIN = Styling()
"""The middle of everything."""


def styling_of(acoustics: Acoustics, person: Person) -> Styling:
    """Return the styling that goes with a voice: near voices mostly have the same hair style, and near colours."""
    fingerprint = fingerprint_of(acoustics.timbre, usual_voice(person).timbre)
    return Styling(
        choice=_steady_place(acoustics, person),
        hair_colour=fingerprint.hair_colour,
        freckles=fingerprint.freckles,
        iris=fingerprint.iris,
        shirt=fingerprint.shirt,
        lock_seed=fingerprint.lock_seed,
    )


def _steady_place(acoustics: Acoustics, person: Person) -> float:
    """Return where a voice is along the steady direction; among adults it does not change with the stated age."""
    grown = Person(int(ages.GROWING_UP.end), person.gender)
    growing = Person(min(person.age, grown.age), person.gender)
    middle_hz = STEADY_HZ[person.gender] * usual_voice(growing).pitch_hz / usual_voice(grown).pitch_hz
    semitones = 12 * log2(acoustics.pitch_hz / middle_hz)
    timbre = (np.array(acoustics.timbre) - usual_voice(person).timbre) / TIMBRE_DEVIATION
    off = np.array((semitones / STEADY_SEMITONES, *timbre))
    return float(off @ STEADY_DIRECTION / STEADY_DEVIATION[person.gender])


def usual_style(person: Person, choice: float) -> HairStyle:
    """Return a style that suits age and gender, for a choice in deviations along the steady direction."""
    man = person.gender is Gender.MAN
    styles = _mens_styles(person.age) if man else _womens_styles(person.age)
    return styles[bisect_right(MENS_BORDERS if man else WOMENS_BORDERS, choice)]


def _mens_styles(age: int) -> tuple[HairStyle, HairStyle, HairStyle]:
    """Return the styles between the borders, from the lowest choice on."""
    if age >= ages.BALDING_FROM:
        return HairStyle.BALD, HairStyle.RECEDING, HairStyle.RECEDING
    if age >= ages.RECEDING_FROM:
        return HairStyle.RECEDING, HairStyle.SIDE_PART, HairStyle.QUIFF
    if age >= ages.TEENAGER_FROM:
        return HairStyle.CROP, HairStyle.SIDE_PART, HairStyle.QUIFF
    return HairStyle.CROP, HairStyle.SIDE_PART, HairStyle.CROP


def _womens_styles(age: int) -> tuple[HairStyle, HairStyle, HairStyle, HairStyle, HairStyle]:
    """Return the styles between the borders, from the lowest choice on."""
    if age >= ages.SHORT_HAIR_FROM:
        return HairStyle.BOB, HairStyle.BUN, HairStyle.PIXIE, HairStyle.PIXIE, HairStyle.BUN
    if age >= ages.PIXIE_FROM:
        return HairStyle.BOB, HairStyle.FRINGE, HairStyle.LONG, HairStyle.PIXIE, HairStyle.BUN
    return HairStyle.BOB, HairStyle.FRINGE, HairStyle.LONG, HairStyle.BUN, HairStyle.BUN
