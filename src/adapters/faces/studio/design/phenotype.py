"""The phenotype: the weights of MakeHuman's macro targets that an age and a gender stand for."""

import numpy as np

from adapters.faces.studio.design.targets import IDEAL, MACRO
from adapters.faces.studio.design.weights import Weights

AGE_ANCHORS = {"baby": 1.0, "child": 12.0, "young": 25.0, "old": 90.0}
"""The ages in years for which there are macro targets; ages between are blended."""
ANCESTRIES = ("african", "asian", "caucasian")
"""They are mixed evenly in every face."""


def age_blend(age: float) -> Weights:
    """Return the share of each anchor in an age; only the two nearest anchors have one."""
    years = list(AGE_ANCHORS.values())
    one_hot = np.eye(len(AGE_ANCHORS))
    return {name: float(np.interp(age, years, row)) for name, row in zip(AGE_ANCHORS, one_hot, strict=True)}


def phenotype(age: float, masculinity: float, *, weight: float, muscle: float, ideal: float) -> Weights:
    """Return the macro weights of a body: age in years, everything else 0..1 (weight and muscle: 0.5 average).

    Weight and muscle are each applied to the average body: the asset has no targets for both at once.
    """
    total: Weights = {}
    for anchor, age_share in age_blend(age).items():
        for gender, gender_share in (("female", 1 - masculinity), ("male", masculinity)):
            share = age_share * gender_share
            if share == 0:
                continue
            group = f"{gender}-{anchor}"
            total |= {f"{MACRO}{ancestry}-{group}": share / len(ANCESTRIES) for ancestry in ANCESTRIES}
            total |= _body(f"{MACRO}universal-{group}", share, weight=weight, muscle=muscle)
            if anchor != "baby":
                total[f"{IDEAL}{group}"] = share * ideal
    return total


def _body(prefix: str, share: float, *, weight: float, muscle: float) -> Weights:
    """Divide a share of the body among the average one, a light or heavy one, and a weak or strong one."""
    off_weight = abs(2 * weight - 1)
    off_muscle = abs(2 * muscle - 1)
    return {
        f"{prefix}-averagemuscle-averageweight": share * (1 - off_weight - off_muscle),
        f"{prefix}-averagemuscle-{'max' if weight > 0.5 else 'min'}weight": share * off_weight,
        f"{prefix}-{'max' if muscle > 0.5 else 'min'}muscle-averageweight": share * off_muscle,
    }
