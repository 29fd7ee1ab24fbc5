"""The shape of a face: the weights of the morph targets from age, gender and traits."""

import numpy as np

from adapters.faces.studio.design.ages import (
    GROWN_FROM,
    OLDEST_DRAWN,
    ROUGHNESS_FROM,
    YOUNGEST_DRAWN,
    adulthood,
)
from adapters.faces.studio.design.phenotype import phenotype
from adapters.faces.studio.design.targets import DETAIL
from adapters.faces.studio.design.traits import Traits
from adapters.faces.studio.design.variation import individual_variation
from adapters.faces.studio.design.weights import HEIGHT, Weights, detail, mix
from domain.voice import Gender, Person

ROUGH_YEARS = 5.0
"""By how many years, at most, a rough voice makes a face older."""


WOMANS_SHARE = 0.75
"""How far a voice bends a woman's face, as a share of a man's."""
HEAVY_JAW = 0.7
"""How much of the wide jaw of a deep voice a long tract takes back; the jaw is then longer instead."""


def face_shape(person: Person, traits: Traits) -> Weights:
    """Return all weights that shape a face at rest, without its expression."""
    return mix(
        [
            _body(person, traits),
            individual_variation(person, traits.fingerprint),
            _acoustic_features(person, traits),
            _drawing_style(person),
        ]
    )


def _body(person: Person, traits: Traits) -> Weights:
    adult = adulthood(person)
    roughness_years = ROUGH_YEARS * traits.rough if person.age >= ROUGHNESS_FROM else 0.0
    return phenotype(
        float(np.clip(person.age + roughness_years, YOUNGEST_DRAWN, OLDEST_DRAWN)),
        _masculinity(person, traits),
        weight=float(np.clip(0.47 + 0.11 * traits.fingerprint.build + 0.05 * traits.long, 0.3, 0.7)),
        muscle=float(np.clip(0.5 + 0.20 * traits.deep * adult, 0.3, 0.7)),
        ideal=0.6,
    )


def _masculinity(person: Person, traits: Traits) -> float:
    """Return the share of the male body: there is more room from the usual one towards the other gender's."""
    deep = adulthood(person) * (traits.deep + 0.3 * traits.long) / 1.3
    if person.gender is Gender.MAN:
        share = 0.84 + (0.14 if deep > 0 else 0.34) * deep
    else:
        share = 0.12 + (0.26 if deep > 0 else 0.10) * deep
    return float(np.clip(share, 0.02, 0.98))


def _acoustic_features(person: Person, traits: Traits) -> Weights:
    """Return what pitch, length of the vocal tract and brightness of a voice change."""
    adult = adulthood(person)
    deep, long, bright = traits.deep * adult, traits.long * (0.7 + 0.3 * adult), traits.bright
    if person.gender is Gender.WOMAN:
        deep, long = WOMANS_SHARE * deep, WOMANS_SHARE * long
    jaw = deep - HEAVY_JAW * max(deep, 0.0) * max(long, 0.0)
    return mix(
        [
            {f"{DETAIL}head-square": 0.14 * max(jaw, 0.0), f"{DETAIL}head-oval": 0.40 * max(-deep, 0.0)},
            detail("chin-width", 0.42 * jaw),
            detail("chin-bones", 0.40 * jaw),
            detail("chin-height", 0.20 * deep),
            detail("chin-prominent", 0.35 * deep),
            detail("chin-jaw-drop", 0.28 * long),
            detail("head-scale-vert", 0.36 * long),
            detail("head-scale-horiz", -0.12 * long),
            detail("neck-scale-horiz", 0.45 * deep),
            detail("neck-scale-vert", 0.30 * long),
            detail("forehead-nubian", -0.40 * deep),
            detail("forehead-scale-vert", 0.30 * long),
            detail("eyebrows-trans", -0.24 * deep, HEIGHT),
            detail("eye-scale", -0.36 * deep - 0.12 * long),
            detail("eye-height2", -0.10 * deep),
            detail("nose-scale-vert", 0.35 * long),
            detail("nose-scale-horiz", 0.34 * deep),
            detail("nose-volume", 0.15 * long + 0.20 * deep),
            detail("mouth-scale-horiz", 0.32 * deep),
            detail("mouth-trans", -0.20 * long, HEIGHT),
            detail("mouth-upperlip-volume", -0.30 * deep),
            detail("mouth-lowerlip-volume", -0.25 * deep),
            detail("cheek-bones", 0.14 * bright),
            detail("cheek-volume", 0.30 * bright - 0.15 * deep),
            detail("eye-corner2", 0.15 * bright, HEIGHT),
        ]
    )


def _drawing_style(person: Person) -> Weights:
    """Return what makes the base mesh look like a character of an animated film: larger eyes, softer lips."""
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
            detail("nose-point", 0.0 if man else 0.25, HEIGHT),
        ]
    )
