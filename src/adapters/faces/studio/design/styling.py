"""Colours, hair and clothes: from the fingerprint's free numbers, or as the person wishes."""

import numpy as np

from adapters.faces.studio.design import ages
from adapters.faces.studio.design.appearance import (
    Ambience,
    BrowLook,
    EyeLook,
    Look,
    SkinLook,
    hair_of,
    lips_of,
)
from adapters.faces.studio.design.colour import Rgb, blend, srgb
from adapters.faces.studio.design.traits import Traits
from domain.look import HairColour, HairStyle, LookWishes, SkinTone
from domain.voice import Gender, Person

SKIN_TONES = {
    SkinTone.PORCELAIN: srgb("e2b6a0"),
    SkinTone.LIGHT: srgb("d8a78e"),
    SkinTone.NEUTRAL: srgb("cb967d"),
    SkinTone.OLIVE: srgb("bd8c68"),
    SkinTone.TAN: srgb("a87859"),
    SkinTone.BROWN: srgb("7d5644"),
    SkinTone.DEEP: srgb("54392f"),
}
HAIR_COLOURS = {
    HairColour.BLACK: srgb("1d1715"),
    HairColour.DARK_BROWN: srgb("33231a"),
    HairColour.BROWN: srgb("54371f"),
    HairColour.AUBURN: srgb("7a3f22"),
    HairColour.BLOND: srgb("bd9569"),
    HairColour.GREY: srgb("8d8a86"),
    HairColour.WHITE: srgb("cfccc6"),
}
_NATURAL_HAIR = tuple(
    srgb(code) for code in ("1d1715", "2a1d17", "3c281b", "54371f", "6a4a2e", "8a6a45", "b29362")
)
_IRISES = tuple(srgb(code) for code in ("43290f", "5f3a1c", "70481f", "7a6030", "5f7f5a", "4f86ad"))
_SHIRTS = tuple(
    srgb(code) for code in ("2f5d73", "3f7f7a", "5d7a4d", "b08a3e", "a65a43", "8a3f52", "5e4b7f", "3d4f7d")
)
_GREYING = srgb("a9a6a2")

COMMON_STYLES_BELOW = 0.45
"""Women with long hair wear the common styles below this rarity, and the rarer ones above it."""


def _ramp(colours: tuple[Rgb, ...], place: float) -> Rgb:
    """Read a colour ramp at -1..1, continuously: neighbouring takes of one voice look alike."""
    at = (min(max(place, -1.0), 1.0) + 1) / 2 * (len(colours) - 1)
    low = min(int(at), len(colours) - 2)
    return blend(colours[low], colours[low + 1], at - low)


def usual_style(person: Person, choice: float, rarity: float) -> HairStyle:
    """Return a style that suits age and gender.

    Both numbers are in -1..1: `choice` picks one of a few styles, `rarity` decides between common and rarer ones.
    """
    if person.gender is Gender.MAN:
        if person.age >= ages.BALDING_FROM:
            return HairStyle.BALD if choice > 0.2 else HairStyle.RECEDING
        if person.age >= ages.RECEDING_FROM and choice < -0.2:
            return HairStyle.RECEDING
        if person.age < ages.TEENAGER_FROM:
            return HairStyle.CROP if choice < 0.3 else HairStyle.SIDE_PART
        styles = (HairStyle.CROP, HairStyle.SIDE_PART, HairStyle.QUIFF)
    elif person.age >= ages.SHORT_HAIR_FROM:
        styles = (HairStyle.PIXIE, HairStyle.BOB, HairStyle.BUN)
    elif rarity < COMMON_STYLES_BELOW:
        styles = (HairStyle.LONG, HairStyle.BOB, HairStyle.FRINGE)
    elif person.age >= ages.PIXIE_FROM:
        styles = (HairStyle.BUN, HairStyle.PIXIE, HairStyle.LONG)
    else:
        styles = (HairStyle.BUN, HairStyle.FRINGE, HairStyle.LONG)
    return styles[min(int((choice + 1) / 2 * len(styles)), len(styles) - 1)]


def hair_colour(person: Person, place: float, wish: HairColour | None) -> Rgb:
    """Return the wished colour, or a natural one that greys with age."""
    if wish is not None:
        return HAIR_COLOURS[wish]
    return blend(_ramp(_NATURAL_HAIR, place), _GREYING, ages.GREYING.share(person) ** 1.2)


def style_look(person: Person, traits: Traits, style: HairStyle, wishes: LookWishes) -> Look:
    """Return everything of the face that is colour."""
    free = traits.fingerprint
    man = person.gender is Gender.MAN
    tone = SKIN_TONES[wishes.skin_tone or SkinTone.NEUTRAL]
    hair = hair_colour(person, free.hair_colour, wishes.hair_colour)
    brow = blend(blend(hair, HAIR_COLOURS[HairColour.DARK_BROWN], 0.60), tone, 0.04)
    adult = ages.BEARD_AND_BROWS.share(person)
    depth = sum(tone) / sum(SKIN_TONES[SkinTone.NEUTRAL])
    return Look(
        skin=SkinLook(
            tone=tone,
            lips=lips_of(tone, 0.15 if man or person.age < ages.TEENAGER_FROM else 0.95),
            blush=((0.36 if man else 0.42) + (0.14 if person.age < ages.TEENAGER_FROM else 0.0))
            * min(1.0, depth),
            freckles=max(0.0, free.freckles - 0.35) * (1.0 if person.age < ages.NO_FRECKLES_FROM else 0.0),
            stubble=(0.18 + 0.35 * max(0.0, traits.deep)) * adult if man else 0.0,
            stubble_colour=blend(blend(hair, tone, 0.35), (0.10, 0.11, 0.13), 0.25),
            tired=float(np.clip(0.12 + (person.age - ages.USUAL_SHADE_AGE) / 100, 0.05, 0.7)),
            lines=ages.WRINKLING.share(person),
        ),
        brows=BrowLook(
            colour=brow,
            thickness=0.60 + adult * (0.35 + 0.15 * traits.deep if man else 0.10),
            rise=0.0,
            density=1.2,
        ),
        hair=hair_of(hair, cover=0.88 if style is HairStyle.BUZZ else 1.0, ragged=0.08 if man else 0.06),
        eyes=EyeLook(
            iris=_ramp(_IRISES, free.iris),
            gaze_x=0.0,
            gaze_y=0.0,
            lashes=(0.02, 0.016, 0.015),
        ),
        shirt=_ramp(_SHIRTS, free.shirt),
        ambience=Ambience(exposure=0.66 + 0.10 * max(0.0, 1 - depth)),
    )
