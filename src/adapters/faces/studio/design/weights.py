"""Weights of morph targets, and the phenotype that an age and a gender stand for."""

from collections.abc import Iterable, Mapping

import numpy as np

from adapters.faces.studio.design.targets import DETAIL, IDEAL, MACRO, sides

Weights = dict[str, float]

AGE_ANCHORS = (("baby", 1.0), ("child", 12.0), ("young", 25.0), ("old", 90.0))
"""MakeHuman's macro targets stand for these ages in years; ages between are blended."""
ANCESTRIES = ("african", "asian", "caucasian")


def mix(parts: Iterable[Mapping[str, float]]) -> Weights:
    """Add up weights of the same target."""
    total: Weights = {}
    for part in parts:
        for name, weight in part.items():
            total[name] = total.get(name, 0.0) + weight
    return total


def detail(stem: str, amount: float, ends: tuple[str, str] = ("decr", "incr")) -> Weights:
    """Weigh one end of a two-ended detail: `detail("chin-width", -0.3)` narrows the chin."""
    amount = min(max(amount, -1.0), 1.0)
    return {f"{DETAIL}{stem}-{ends[amount > 0]}": abs(amount)}


def both_sides(stem: str, weight: float) -> Weights:
    """Move the left and the right half of a face alike: `both_sides("eyeBlink", 1.0)`."""
    return dict.fromkeys(sides(stem), weight)


def age_blend(age: float) -> Weights:
    """Spread an age over the two anchors beside it."""
    names = [name for name, _ in AGE_ANCHORS]
    years = [year for _, year in AGE_ANCHORS]
    return {name: float(np.interp(age, years, np.eye(len(years))[slot])) for slot, name in enumerate(names)}


def phenotype(age: float, masculinity: float, *, weight: float, muscle: float, ideal: float) -> Weights:
    """Return the macro weights of a body: age in years, everything else 0..1 (weight and muscle: 0.5 average).

    Ancestries are mixed evenly. Weight and muscle are applied one at a time around the average body, as
    the corner targets for both at once are not baked.
    """
    total: Weights = {}

    def put(name: str, value: float) -> None:
        total[name] = total.get(name, 0.0) + value

    for age_name, age_share in age_blend(age).items():
        for gender, gender_share in (("female", 1 - masculinity), ("male", masculinity)):
            share = age_share * gender_share
            if share == 0:
                continue
            for ancestry in ANCESTRIES:
                put(f"{MACRO}{ancestry}-{gender}-{age_name}", share / len(ANCESTRIES))
            body = f"{MACRO}universal-{gender}-{age_name}"
            lean_or_heavy = abs(2 * weight - 1)
            weak_or_strong = abs(2 * muscle - 1)
            put(f"{body}-averagemuscle-averageweight", share * (1 - lean_or_heavy - weak_or_strong))
            put(f"{body}-averagemuscle-{'max' if weight > 0.5 else 'min'}weight", share * lean_or_heavy)
            put(f"{body}-{'max' if muscle > 0.5 else 'min'}muscle-averageweight", share * weak_or_strong)
            if age_name != "baby":
                put(f"{IDEAL}{gender}-{age_name}", share * ideal)
    return total
