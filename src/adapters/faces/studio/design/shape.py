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
from adapters.faces.studio.design.traits import Traits
from adapters.faces.studio.design.variation import individual_variation
from adapters.faces.studio.design.weights import HEIGHT, Weights, detail, mix
from domain.voice import Gender, Person

ROUGH_YEARS = 5.0
"""By how many years, at most, a rough voice makes a face older."""


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


def _acoustic_features(person: Person, traits: Traits) -> Weights:
    """Return what pitch, length of the vocal tract and brightness of a voice change."""
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
            detail("eyebrows-trans", -0.18 * deep, HEIGHT),
            detail("nose-scale-vert", 0.25 * long),
            detail("nose-volume", 0.12 * long),
            detail("mouth-upperlip-volume", -0.18 * deep),
            detail("mouth-lowerlip-volume", -0.15 * deep),
            detail("cheek-bones", 0.20 * bright),
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
