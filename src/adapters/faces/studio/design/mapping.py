"""From a person, the traits of a voice, a styling and wishes to the design of a face."""

from dataclasses import dataclass

from adapters.faces.studio.design.appearance import Appearance
from adapters.faces.studio.design.expression import resting_expression
from adapters.faces.studio.design.finish import appearance_of
from adapters.faces.studio.design.shape import face_shape
from adapters.faces.studio.design.styling import PLAIN, Styling, usual_style
from adapters.faces.studio.design.traits import Traits
from adapters.faces.studio.design.weights import Weights
from domain.look import NO_WISHES, HairStyle, LookWishes
from domain.voice import Gender, Person

MANS_LASHES, WOMANS_LASHES = 0.55, 1.1


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceDesign:
    """All the numbers that the studio needs to draw one face."""

    shape: Weights
    expression: Weights
    """The face units of the resting face."""
    appearance: Appearance
    hair_style: HairStyle
    lash_length: float
    glasses: bool = False
    lock_seed: int = 0
    """The seed of where each lock of hair grows."""


def design_face(
    person: Person, traits: Traits, styling: Styling = PLAIN, wishes: LookWishes = NO_WISHES
) -> FaceDesign:
    """Return the design of a face: its features follow the traits, and what it wears the wishes, then the styling."""
    style = wishes.hair_style or usual_style(person, styling.choice)
    return FaceDesign(
        shape=face_shape(person, traits),
        expression=resting_expression(person, traits),
        appearance=appearance_of(person, traits, styling, style, wishes),
        hair_style=style,
        lash_length=MANS_LASHES if person.gender is Gender.MAN else WOMANS_LASHES,
        glasses=wishes.glasses,
        lock_seed=styling.lock_seed,
    )
