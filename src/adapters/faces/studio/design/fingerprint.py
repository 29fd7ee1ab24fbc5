"""The fingerprint: numbers from the timbre of a voice, and what each of them varies in a face.

It stands for individual variation and for nothing else. Near timbres have near fingerprints.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

FINGERPRINT_SIZE = 48

TIMBRE_DEVIATION = (0.75, 0.85, 0.85, 0.95, 0.55, 0.50, 0.45, 0.35, 0.30, 0.30, 0.30, 0.30)
"""Deviation of the cepstral coefficients 1 to 12 between speakers of one gender, rounded, from `samples/speakers`."""

_PROJECTION_SEED = 20240607
_GAIN = 0.75


class Slots(Enum):
    """The layout of a fingerprint: which slots vary what. No slot is used twice, and none is left over.

    A face depends on these positions: moving one gives every user another face.
    """

    DETAILS = (*range(29), 46)
    HEAD_SHAPES = tuple(range(29, 35))
    BROW_ASYMMETRY = (35,)
    MOUTH_ASYMMETRY = (36,)
    NOSE_ASYMMETRY = (37,)
    BUILD = (38,)
    HAIR_COLOUR = (40,)
    FRECKLES = (41,)
    IRIS = (42,)
    SHIRT = (43,)
    BROW_THICKNESS = (45,)
    LOCK_SEED = (39, 44, 47)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The numbers of one voice, each in -1..1, read by what they vary."""

    values: tuple[float, ...] = (0.0,) * FINGERPRINT_SIZE

    def __post_init__(self) -> None:
        if len(self.values) != FINGERPRINT_SIZE:
            raise ValueError(f"a fingerprint has {FINGERPRINT_SIZE} numbers, not {len(self.values)}")

    def _group(self, slots: Slots) -> tuple[float, ...]:
        return tuple(self.values[slot] for slot in slots.value)

    def _number(self, slots: Slots) -> float:
        (number,) = self._group(slots)
        return number

    @property
    def strength(self) -> float:
        """The root mean square of all numbers."""
        return float((sum(value * value for value in self.values) / FINGERPRINT_SIZE) ** 0.5)

    @property
    def details(self) -> tuple[float, ...]:
        """How far the features of `INDIVIDUAL_DETAILS` move, in its order."""
        return self._group(Slots.DETAILS)

    @property
    def head_shapes(self) -> tuple[float, ...]:
        """How much there is of each shape of `HEAD_SHAPES`, in its order."""
        return self._group(Slots.HEAD_SHAPES)

    @property
    def brow_asymmetry(self) -> float:
        """To which side the brows are uneven; negative is left."""
        return self._number(Slots.BROW_ASYMMETRY)

    @property
    def mouth_asymmetry(self) -> float:
        """To which side mouth and smile are uneven; negative is left."""
        return self._number(Slots.MOUTH_ASYMMETRY)

    @property
    def nose_asymmetry(self) -> float:
        """To which side the nose is uneven; negative is left."""
        return self._number(Slots.NOSE_ASYMMETRY)

    @property
    def build(self) -> float:
        """How slim (-1) or heavy (1) the body is."""
        return self._number(Slots.BUILD)

    @property
    def hair_colour(self) -> float:
        """The place on the ramp of natural hair colours."""
        return self._number(Slots.HAIR_COLOUR)

    @property
    def freckles(self) -> float:
        """How many freckles there are; few voices have any."""
        return self._number(Slots.FRECKLES)

    @property
    def iris(self) -> float:
        """The place on the ramp of eye colours."""
        return self._number(Slots.IRIS)

    @property
    def shirt(self) -> float:
        """The place on the ramp of shirt colours."""
        return self._number(Slots.SHIRT)

    @property
    def brow_thickness(self) -> float:
        """How thin (-1) or thick (1) the brows are."""
        return self._number(Slots.BROW_THICKNESS)

    @property
    def lock_seed(self) -> int:
        """The seed of where locks of hair grow: a small number, so that two takes of one voice often share it."""
        return sum((number > 0) << bit for bit, number in enumerate(self._group(Slots.LOCK_SEED)))


NO_VARIATION = Fingerprint()
"""The fingerprint of a voice whose timbre is the usual one."""


def _projection() -> NDArray[np.float64]:
    """Return the fixed directions (12, size) along which timbre is read."""
    random = np.random.default_rng(_PROJECTION_SEED)
    directions = random.standard_normal((len(TIMBRE_DEVIATION), FINGERPRINT_SIZE))
    return np.asarray(directions / np.sqrt(len(TIMBRE_DEVIATION)))


def fingerprint_of(timbre: tuple[float, ...], usual: tuple[float, ...]) -> Fingerprint:
    """Project what sets a mean cepstrum apart from the usual one onto fixed random directions."""
    standard = (np.array(timbre) - usual) / TIMBRE_DEVIATION
    return Fingerprint(tuple(float(value) for value in np.tanh(_GAIN * (standard @ _projection()))))
