"""Colours and their finish: from the styling or as the user wishes, but brows and stubble from the traits."""

import numpy as np

from adapters.faces.studio.design import ages
from adapters.faces.studio.design.appearance import (
    Ambience,
    Appearance,
    BrowAppearance,
    EyeAppearance,
    SkinAppearance,
    hair_of,
    lips_of,
)
from adapters.faces.studio.design.colour import Rgb, blend
from adapters.faces.studio.design.palettes import (
    EYE_COLOURS,
    GREYED_HAIR,
    HAIR_COLOURS,
    NATURAL_HAIR_COLOURS,
    SHIRT_COLOURS,
    SKIN_TONES,
    ramp_colour,
)
from adapters.faces.studio.design.styling import Styling
from adapters.faces.studio.design.traits import Traits
from domain.look import HairColour, HairStyle, LookWishes, SkinTone
from domain.voice import Gender, Person

EXPOSURE, DARK_SKIN_EXPOSURE = 0.66, 0.10
"""The brightness of every picture, and what is added to it for very dark skin."""
BROW_VARIATION = 0.12
"""How much thicker or thinner a voice's timbre makes the brows, at most."""
LASH_COLOUR = (0.02, 0.016, 0.015)


def hair_colour(person: Person, styling: Styling, wish: HairColour | None) -> Rgb:
    """Return the wished colour, or a natural one that becomes grey with age."""
    if wish is not None:
        return HAIR_COLOURS[wish]
    natural = ramp_colour(NATURAL_HAIR_COLOURS, styling.hair_colour)
    return blend(natural, GREYED_HAIR, ages.GREYING.share(person) ** 1.2)


def appearance_of(
    person: Person, traits: Traits, styling: Styling, style: HairStyle, wishes: LookWishes
) -> Appearance:
    """Return all colours of a face and their finish; only a wish changes the tone of the skin."""
    tone = SKIN_TONES[wishes.skin_tone or SkinTone.NEUTRAL]
    hair = hair_colour(person, styling, wishes.hair_colour)
    return Appearance(
        skin=_skin(person, traits, styling.freckles, tone, hair),
        brows=_brows(person, traits, tone, hair),
        hair=hair_of(
            hair,
            cover=0.88 if style is HairStyle.BUZZ else 1.0,
            ragged=0.08 if person.gender is Gender.MAN else 0.06,
        ),
        eyes=EyeAppearance(iris=ramp_colour(EYE_COLOURS, styling.iris), lashes=LASH_COLOUR),
        shirt=ramp_colour(SHIRT_COLOURS, styling.shirt),
        ambience=Ambience(exposure=EXPOSURE + DARK_SKIN_EXPOSURE * max(0.0, 1 - _lightness(tone))),
    )


def _lightness(tone: Rgb) -> float:
    """Return the lightness of a skin as a share of the neutral tone's."""
    return sum(tone) / sum(SKIN_TONES[SkinTone.NEUTRAL])


def _skin(person: Person, traits: Traits, freckles: float, tone: Rgb, hair: Rgb) -> SkinAppearance:
    man, child = person.gender is Gender.MAN, person.age < ages.TEENAGER_FROM
    bearded = ages.BEARD_AND_BROWS.share(person)
    return SkinAppearance(
        tone=tone,
        lips=lips_of(tone, 0.15 if man or child else 0.95),
        blush=((0.36 if man else 0.42) + (0.14 if child else 0.0)) * min(1.0, _lightness(tone)),
        freckles=max(0.0, freckles - 0.35) * (1.0 if person.age < ages.NO_FRECKLES_FROM else 0.0),
        stubble=(0.18 + 0.35 * max(0.0, traits.deep)) * bearded if man else 0.0,
        stubble_colour=blend(blend(hair, tone, 0.35), (0.10, 0.11, 0.13), 0.25),
        tired=float(np.clip(0.12 + (person.age - ages.USUAL_SHADE_AGE) / 100, 0.05, 0.7)),
        lines=ages.WRINKLING.share(person),
    )


def _brows(person: Person, traits: Traits, tone: Rgb, hair: Rgb) -> BrowAppearance:
    man = person.gender is Gender.MAN
    own = BROW_VARIATION * traits.fingerprint.brow_thickness
    thicker = own + (0.35 + 0.30 * traits.deep if man else 0.10 + 0.12 * traits.deep)
    return BrowAppearance(
        colour=blend(blend(hair, HAIR_COLOURS[HairColour.DARK_BROWN], 0.60), tone, 0.04),
        thickness=0.60 + ages.BEARD_AND_BROWS.share(person) * thicker,
    )
