"""Individual variation: how a fingerprint makes the features of one face differ from those of another."""

import numpy as np

from adapters.faces.studio.design.ages import adulthood
from adapters.faces.studio.design.fingerprint import Fingerprint
from adapters.faces.studio.design.targets import ASYMMETRY, DETAIL
from adapters.faces.studio.design.weights import HEIGHT, SIZE, Weights, detail, mix
from domain.voice import Gender, Person

INDIVIDUAL_DETAILS: tuple[tuple[str, tuple[str, str], float], ...] = (
    ("nose-scale-horiz", SIZE, 0.45),
    ("nose-scale-vert", SIZE, 0.40),
    ("nose-hump", SIZE, 0.40),
    ("nose-point", HEIGHT, 0.45),
    ("nose-volume", SIZE, 0.35),
    ("nose-curve", ("concave", "convex"), 0.40),
    ("nose-base", HEIGHT, 0.35),
    ("nose-width2", SIZE, 0.35),
    ("mouth-scale-horiz", SIZE, 0.45),
    ("mouth-upperlip-height", SIZE, 0.40),
    ("mouth-lowerlip-height", SIZE, 0.40),
    ("mouth-trans", HEIGHT, 0.35),
    ("mouth-cupidsbow", SIZE, 0.40),
    ("chin-prominent", SIZE, 0.40),
    ("chin-height", SIZE, 0.40),
    ("cheek-bones", SIZE, 0.28),
    ("cheek-volume", SIZE, 0.30),
    ("eye-scale", SIZE, 0.30),
    ("eye-trans", ("in", "out"), 0.40),
    ("eye-corner2", HEIGHT, 0.55),
    ("eye-height2", SIZE, 0.35),
    ("eye-eyefold", HEIGHT, 0.45),
    ("eyebrows-angle", HEIGHT, 0.45),
    ("eyebrows-trans", HEIGHT, 0.40),
    ("forehead-trans", ("backward", "forward"), 0.40),
    ("head-scale-horiz", SIZE, 0.35),
    ("ear-scale", SIZE, 0.40),
    ("ear-wing", SIZE, 0.45),
    ("head-angle", ("in", "out"), 0.30),
    ("nose-point-width", SIZE, 0.40),
)
"""The features that the fingerprint's details move: the target, its two ends, and how far it moves at most."""
CHILDREN_ALIKE = 0.40
"""Share by which the features of children differ less than those of adults."""

HEAD_SHAPES = ("oval", "round", "square", "rectangular", "diamond", "invertedtriangular")
WOMANS_HEAD_SHAPES = (1.3, 1.0, 0.3, 0.3, 0.8, 1.0)
"""Factors on the shares of the shapes of a woman's head."""
HEAD_SHAPE_AMOUNT = 0.55
"""What the weights of all shapes of a head add up to."""
HEAD_SHAPE_CONTRAST = 2.2
"""How much the strongest shape stands out."""

ASYMMETRY_AMOUNT = 0.22


def individual_variation(person: Person, fingerprint: Fingerprint) -> Weights:
    """Return the weights of everything that differs between two people of one age and gender."""
    return mix(
        [
            *_features(person, fingerprint),
            _head_shape(person, fingerprint),
            _uneven("brown-1", fingerprint.brow_asymmetry),
            _uneven("mouth-1", fingerprint.mouth_asymmetry),
            _uneven("nose-1", fingerprint.nose_asymmetry),
        ]
    )


def _features(person: Person, fingerprint: Fingerprint) -> list[Weights]:
    variety = 1 - CHILDREN_ALIKE * (1 - adulthood(person))
    return [
        detail(stem, variety * amount * number, ends)
        for number, (stem, ends, amount) in zip(fingerprint.details, INDIVIDUAL_DETAILS, strict=True)
    ]


def _head_shape(person: Person, fingerprint: Fingerprint) -> Weights:
    """Share `HEAD_SHAPE_AMOUNT` among the shapes of a head (softmax)."""
    shares = np.exp(HEAD_SHAPE_CONTRAST * np.array(fingerprint.head_shapes))
    if person.gender is Gender.WOMAN:
        shares *= WOMANS_HEAD_SHAPES
    shares *= HEAD_SHAPE_AMOUNT / shares.sum()
    return {f"{DETAIL}head-{shape}": float(share) for shape, share in zip(HEAD_SHAPES, shares, strict=True)}


def _uneven(stem: str, amount: float) -> Weights:
    """Move the left side of a feature for a negative amount, its right side for a positive one."""
    side = "l" if amount < 0 else "r"
    return {f"{ASYMMETRY}{stem}-{side}": ASYMMETRY_AMOUNT * abs(amount)}
