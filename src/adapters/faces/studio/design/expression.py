"""The expression of a face at rest."""

from adapters.faces.studio.design.ages import adulthood
from adapters.faces.studio.design.targets import BROWS_UP, sides
from adapters.faces.studio.design.traits import Traits
from adapters.faces.studio.design.weights import Weights, both_sides
from domain.voice import Gender, Person

SMILE_TILT = 0.10
"""Share by which one corner of a smile may be lower than the other, on either side.

It follows the slot of the uneven mouth on purpose: a mouth that is uneven at rest smiles unevenly, too.
"""


def resting_expression(person: Person, traits: Traits) -> Weights:
    """Return the weights of the face units: a friendly smile, the wider the brighter and livelier the voice is."""
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
