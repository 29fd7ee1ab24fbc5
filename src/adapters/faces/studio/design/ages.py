"""The ages at which a face changes, in years as stated; a name that ends in FROM is the first year that counts."""

from dataclasses import dataclass

import numpy as np

from domain.voice import Person


@dataclass(frozen=True, slots=True)
class Change:
    """A change that begins at one age and is complete at another."""

    start: float
    end: float

    def share(self, person: Person) -> float:
        """Return how much of the change a person's age has brought, 0..1."""
        return float(np.clip((person.age - self.start) / (self.end - self.start), 0, 1))


YOUNGEST_DRAWN, OLDEST_DRAWN = 4.0, 88.0
"""Faces of people outside these ages are drawn as of the nearest of them."""

GROWING_UP = Change(11, 18)
"""From a child's features to an adult's."""
VOICE_BREAK = Change(12, 16)
"""A boy's timbre becomes a man's."""
BEARD_AND_BROWS = Change(17, 23)
"""Stubble starts to show, and brows become as thick as an adult's."""
GREYING = Change(42, 75)
"""From the natural colour of hair to grey."""
WRINKLING = Change(45, 80)
"""Lines appear and become as deep as they get."""

TEENAGER_FROM = 14
"""Cheeks are less red than a child's, lips differ by gender, and boys get the hair styles of men."""
GROWN_FROM = 15
"""The style of the drawing differs by gender: men have smaller eyes, women narrower chins."""
USUAL_SHADE_AGE = 20
"""The age to which the usual shade under the eyes belongs; it is lighter before and darker after."""
ROUGHNESS_FROM = 26
"""A rough voice makes a face older, a clear one younger."""
PIXIE_FROM = 36
"""Some women wear a pixie cut."""
NO_FRECKLES_FROM = 40
RECEDING_FROM = 46
"""Some men have a receding hairline."""
SHORT_HAIR_FROM = 59
"""Women wear short hair or a bun."""
BALDING_FROM = 63
"""All men have a receding hairline or are bald."""


def adulthood(person: Person) -> float:
    """Return 0 for children, 1 for adults, and a share between; a deep voice changes only adults' faces."""
    return GROWING_UP.share(person)
