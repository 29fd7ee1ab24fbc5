"""Which measure of a voice changed what in its face, in words for the user."""

from adapters.faces.studio.design.ages import BEARD_AND_BROWS, ROUGHNESS_FROM, adulthood
from adapters.faces.studio.design.traits import traits_of
from domain.voice import Acoustics, Gender, Influence, Person

FREE_VARIATION = (
    "nose, eyes, ears, brows and shape of head: individual variation, nothing else is claimed; hair, iris and shirt "
    "are chosen for variety and are the same in both faces"
)


def influences_of(acoustics: Acoustics, person: Person) -> tuple[Influence, ...]:
    """Return what each measure changed, strongest first; a measure that is missing or changes nothing is left out.

    An amount of 0.5 means that the voice is clearly off the usual one of the person's age and gender.
    """
    traits = traits_of(acoustics, person)
    has_stubble = person.gender is Gender.MAN and BEARD_AND_BROWS.share(person) > 0
    of_pitch = "jaw, chin, brows, eyes" + (", neck and stubble" if has_stubble else " and neck")
    changes = [
        ("pitch_hz", of_pitch, -traits.deep * adulthood(person)),
        ("spectral_slope_db_per_octave", "cheeks and smile", traits.bright),
        ("pitch_spread_semitones", "expression", traits.lively),
        ("timbre", FREE_VARIATION, traits.fingerprint.strength),
    ]
    if acoustics.tract_length_cm is not None:
        changes.append(("tract_length_cm", "height of head, jaw drop, length of nose and neck", traits.long))
    if person.age >= ROUGHNESS_FROM:
        changes.append(("harmonics_to_noise_db", "age of the face, by at most five years", -traits.rough))
    changes.sort(key=lambda change: -abs(change[2]))
    return tuple(Influence(measure=name, trait=trait, amount=amount) for name, trait, amount in changes)
