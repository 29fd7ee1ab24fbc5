"""From age, gender and traits to a face: which targets move, by how much, and how it is dressed."""

from dataclasses import dataclass

import numpy as np

from adapters.faces.studio.design.ages import (
    GROWN_FROM,
    OLDEST_DRAWN,
    ROUGHNESS_FROM,
    YOUNGEST_DRAWN,
    adulthood,
)
from adapters.faces.studio.design.appearance import Look
from adapters.faces.studio.design.styling import style_look, usual_style
from adapters.faces.studio.design.targets import ASYMMETRY, BROWS_UP, DETAIL, sides
from adapters.faces.studio.design.traits import Traits
from adapters.faces.studio.design.weights import Weights, both_sides, detail, mix, phenotype
from domain.look import HairStyle, LookWishes
from domain.voice import Gender, Person

INDIVIDUAL_DETAILS: tuple[tuple[str, tuple[str, str], float], ...] = (
    ("nose-scale-horiz", ("decr", "incr"), 0.45),
    ("nose-scale-vert", ("decr", "incr"), 0.40),
    ("nose-hump", ("decr", "incr"), 0.40),
    ("nose-point", ("down", "up"), 0.45),
    ("nose-volume", ("decr", "incr"), 0.35),
    ("nose-curve", ("concave", "convex"), 0.40),
    ("nose-base", ("down", "up"), 0.35),
    ("nose-width2", ("decr", "incr"), 0.35),
    ("mouth-scale-horiz", ("decr", "incr"), 0.45),
    ("mouth-upperlip-height", ("decr", "incr"), 0.40),
    ("mouth-lowerlip-height", ("decr", "incr"), 0.40),
    ("mouth-trans", ("down", "up"), 0.35),
    ("mouth-cupidsbow", ("decr", "incr"), 0.40),
    ("chin-prominent", ("decr", "incr"), 0.40),
    ("chin-height", ("decr", "incr"), 0.40),
    ("cheek-bones", ("decr", "incr"), 0.28),
    ("cheek-volume", ("decr", "incr"), 0.30),
    ("eye-scale", ("decr", "incr"), 0.30),
    ("eye-trans", ("in", "out"), 0.40),
    ("eye-corner2", ("down", "up"), 0.55),
    ("eye-height2", ("decr", "incr"), 0.35),
    ("eye-eyefold", ("down", "up"), 0.45),
    ("eyebrows-angle", ("down", "up"), 0.45),
    ("eyebrows-trans", ("down", "up"), 0.40),
    ("forehead-trans", ("backward", "forward"), 0.40),
    ("head-scale-horiz", ("decr", "incr"), 0.35),
    ("ear-scale", ("decr", "incr"), 0.40),
    ("ear-wing", ("decr", "incr"), 0.45),
    ("head-angle", ("in", "out"), 0.30),
)
"""What the fingerprint's details move: target, its two ends, how far."""

ROUGH_YEARS = 5.0
"""By how many years, at most, a rough voice makes a face older."""
CHILD_CALM = 0.40
"""How much less children's faces differ."""
HEAD_SHAPES = ("oval", "round", "square", "rectangular", "diamond", "invertedtriangular")
SOFT_SHAPES = (1.3, 1.0, 0.3, 0.3, 0.8, 1.0)
"""How a woman's head is shared among them."""
HEAD_SHAPE_AMOUNT, HEAD_SHAPE_CONTRAST = 0.55, 2.2
ASYMMETRY_AMOUNT = 0.22
SMILE_TILT = 0.10
"""Share by which one corner of a smile may be lower than the other, on either side.

It follows the slot of the uneven mouth on purpose: a mouth that is uneven at rest smiles unevenly, too.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceDesign:
    """All that the studio needs to draw one face."""

    shape: Weights
    expression: Weights
    """The face units of the resting face."""
    look: Look
    hair_style: HairStyle
    lash_length: float
    glasses: bool = False
    lock_seed: int = 0
    """Of where each lock of hair grows."""


def design_face(person: Person, traits: Traits, wishes: LookWishes | None = None) -> FaceDesign:
    """Return the face of a person with a voice of such traits; neutral traits give the condition face."""
    wishes = wishes or LookWishes()
    style = wishes.hair_style or usual_style(
        person, traits.fingerprint.style_choice, traits.fingerprint.style_rarity
    )
    return FaceDesign(
        shape=mix(
            [_body(person, traits), _individual(person, traits), _acoustic(person, traits), _charm(person)]
        ),
        expression=_resting_expression(person, traits),
        look=style_look(person, traits, style, wishes),
        hair_style=style,
        lash_length=0.55 if person.gender is Gender.MAN else 1.1,
        glasses=wishes.glasses,
        lock_seed=traits.fingerprint.lock_seed,
    )


def _body(person: Person, traits: Traits) -> Weights:
    man = 1.0 if person.gender is Gender.MAN else 0.0
    adult = adulthood(person)
    masculinity = 0.10 + 0.76 * man + adult * (0.10 * traits.deep + 0.06 * traits.long)
    roughness_years = ROUGH_YEARS * traits.rough if person.age >= ROUGHNESS_FROM else 0.0
    return phenotype(
        float(np.clip(person.age + roughness_years, YOUNGEST_DRAWN, OLDEST_DRAWN)),
        float(np.clip(masculinity, 0.02, 0.98)),
        weight=float(np.clip(0.47 + 0.11 * traits.fingerprint.build + 0.05 * traits.long, 0.3, 0.7)),
        muscle=float(np.clip(0.5 + 0.14 * traits.deep * adult, 0.3, 0.7)),
        ideal=0.6,
    )


def _individual(person: Person, traits: Traits) -> Weights:
    free = traits.fingerprint
    calm = 1 - CHILD_CALM * (1 - adulthood(person))
    parts = [
        detail(stem, calm * amount * number, ends)
        for number, (stem, ends, amount) in zip(free.details, INDIVIDUAL_DETAILS, strict=True)
    ]
    shares = np.exp(HEAD_SHAPE_CONTRAST * np.array(free.head_shapes))
    if person.gender is Gender.WOMAN:
        shares *= SOFT_SHAPES
    shares *= HEAD_SHAPE_AMOUNT / shares.sum()
    parts.append(
        {f"{DETAIL}head-{shape}": float(share) for shape, share in zip(HEAD_SHAPES, shares, strict=True)}
    )
    parts.append(_uneven("brown-1", free.brow_asymmetry))
    parts.append(_uneven("mouth-1", free.mouth_asymmetry))
    parts.append(_uneven("nose-1", free.nose_asymmetry))
    return mix(parts)


def _uneven(stem: str, amount: float) -> Weights:
    """Move the left side of a feature for a negative amount, its right side for a positive one."""
    side = "l" if amount < 0 else "r"
    return {f"{ASYMMETRY}{stem}-{side}": ASYMMETRY_AMOUNT * abs(amount)}


def _acoustic(person: Person, traits: Traits) -> Weights:
    adult = adulthood(person)
    deep, long, bright = traits.deep * adult, traits.long, traits.bright
    if person.gender is Gender.WOMAN:
        deep, long = 0.7 * deep, 0.7 * long
    return mix(
        [
            detail("chin-width", 0.40 * deep),
            detail("chin-bones", 0.38 * deep + 0.10 * long),
            detail("chin-jaw-drop", 0.25 * long),
            detail("head-scale-vert", 0.32 * long),
            detail("neck-scale-horiz", 0.32 * deep),
            detail("forehead-nubian", -0.25 * deep),
            detail("eyebrows-trans", -0.18 * deep, ("down", "up")),
            detail("nose-scale-vert", 0.25 * long),
            detail("nose-volume", 0.12 * long),
            detail("mouth-upperlip-volume", -0.18 * deep),
            detail("mouth-lowerlip-volume", -0.15 * deep),
            detail("cheek-bones", 0.20 * bright),
        ]
    )


def _charm(person: Person) -> Weights:
    """Return what makes the base mesh a character of an animated film: larger eyes, softer lips."""
    man = person.gender is Gender.MAN and person.age >= GROWN_FROM
    child = 1 - adulthood(person)
    return mix(
        [
            detail("eye-scale", (0.45 if man else 0.62) + 0.25 * child),
            detail("nose-scale-vert", -0.25 * child),
            detail("nose-volume", -0.45 * child),
            detail("nose-width2", -0.30 * child),
            detail("mouth-scale-horiz", -0.20 * child),
            detail("cheek-volume", 0.30 * child),
            detail("mouth-upperlip-volume", -0.30 if man else -0.10),
            detail("mouth-lowerlip-volume", -0.25 if man else -0.05),
            detail("neck-scale-horiz", 0.0 if man else -0.25 * (1 - child)),
            detail("chin-width", 0.0 if man else -0.35),
            detail("chin-bones", 0.0 if man else -0.30),
            detail("head-scale-horiz", 0.0 if man else -0.22),
            detail("nose-scale-horiz", 0.0 if man else -0.40),
            detail("nose-point", 0.0 if man else 0.25, ("down", "up")),
        ]
    )


def _resting_expression(person: Person, traits: Traits) -> Weights:
    smile = 0.54 + 0.20 * adulthood(person) + 0.14 * traits.bright + 0.10 * traits.lively
    dimple = 0.2 * adulthood(person)
    tilt = SMILE_TILT * traits.fingerprint.mouth_asymmetry
    wide = 0.38 if person.gender is Gender.MAN else 0.22
    left, right = sides("mouthSmile")
    return {
        left: smile * (1 + min(tilt, 0.0)),
        right: smile * (1 - max(tilt, 0.0)),
        **both_sides("eyeWide", wide),
        BROWS_UP: 0.22,
        **both_sides("mouthDimple", dimple),
        **both_sides("cheekSquint", 0.2),
    }
