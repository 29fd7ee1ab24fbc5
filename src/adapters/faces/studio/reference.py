"""What voices of an age and a gender are usually like: the zero from which a voice's own measures count.

The curves are rounded by us. Their course follows the literature: how pitch falls through childhood and the voices
of boys and girls part (Vorperian, Kent 2007, J Speech Lang Hear Res 50(6), 1510-1545), and how the vocal tract grows,
alike in both until puberty (Fitch, Giedd 1999, J Acoust Soc Am 106(3), 1511-1522).
"""

from dataclasses import dataclass

import numpy as np

from domain.voice import Gender, Person

_AGES = {
    Gender.WOMAN: (4, 8, 12, 18, 50, 90),
    Gender.MAN: (4, 8, 12, 16, 50, 90),
}
_PITCH_HZ = {
    Gender.WOMAN: (290, 262, 235, 210, 195, 180),
    Gender.MAN: (285, 255, 220, 122, 112, 125),
}
_TRACT_CM = {
    Gender.WOMAN: (11.0, 12.2, 13.6, 14.7, 14.9, 14.9),
    Gender.MAN: (11.0, 12.3, 14.0, 16.7, 17.2, 17.2),
}


@dataclass(frozen=True, slots=True)
class UsualVoice:
    """The middle of a group."""

    pitch_hz: float
    tract_length_cm: float


def usual_voice(person: Person) -> UsualVoice:
    """Interpolate the reference curves at an age."""
    ages = _AGES[person.gender]
    return UsualVoice(
        pitch_hz=float(np.interp(person.age, ages, _PITCH_HZ[person.gender])),
        tract_length_cm=float(np.interp(person.age, ages, _TRACT_CM[person.gender])),
    )
