"""The usual voice of an age and a gender; traits measure how far a voice is from it.

The curves are rounded by us. They follow the literature: how pitch falls through childhood and becomes different in
boys and girls (Vorperian, Kent 2007, J Speech Lang Hear Res 50(6), 1510-1545), and how the vocal tract grows,
the same in both until puberty (Fitch, Giedd 1999, J Acoust Soc Am 106(3), 1511-1522). Timbre, the mean of the cepstral
coefficients 1 to 12, is that of the twelve men and fourteen women of `samples/speakers`; a boy's timbre is that of the
women until his voice breaks. So are spectral slope, harmonics-to-noise ratio and spread of pitch, rounded.
"""

from dataclasses import dataclass

import numpy as np

from adapters.faces.studio.design.ages import VOICE_BREAK
from domain.voice import Gender, Person, UsualMeasures, UsualRange

PITCH_DEVIATION_SEMITONES = 4.0
"""One standard deviation of pitch between speakers of a group, rounded."""
TRACT_DEVIATION_CM = 1.1
"""The same of the length of the vocal tract."""

_AGES = {  # in years; the curves below have a value for each
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
_TIMBRE = {
    Gender.WOMAN: np.array((7.7, 3.0, 1.7, 0.2, -0.3, -0.25, -0.2, -0.25, -0.2, -0.4, -0.4, -0.25)),
    Gender.MAN: np.array((8.4, 4.2, 2.9, 1.2, -0.1, -0.2, -0.1, -0.2, -0.1, -0.05, -0.05, -0.05)),
}
_SOURCE = {  # slope in dB an octave, harmonics-to-noise ratio in dB, spread of pitch in semitones
    Gender.WOMAN: np.array((-7.0, 14.0, 2.9)),
    Gender.MAN: np.array((-7.7, 10.8, 2.7)),
}


@dataclass(frozen=True, slots=True)
class UsualVoice:
    """The mean measures of the people of one age and gender."""

    pitch_hz: float
    tract_length_cm: float
    slope_db_per_octave: float
    harmonics_to_noise_db: float
    pitch_spread_semitones: float
    timbre: tuple[float, ...]
    """Mean cepstrum, coefficients 1 to 12."""


def usual_voice(person: Person) -> UsualVoice:
    """Return the usual voice at a person's age, interpolated between the ages of the curves."""
    ages = _AGES[person.gender]
    grown = VOICE_BREAK.share(person) if person.gender is Gender.MAN else 0.0
    timbre = (1 - grown) * _TIMBRE[Gender.WOMAN] + grown * _TIMBRE[Gender.MAN]
    slope, harmonics, spread = (1 - grown) * _SOURCE[Gender.WOMAN] + grown * _SOURCE[Gender.MAN]
    return UsualVoice(
        pitch_hz=float(np.interp(person.age, ages, _PITCH_HZ[person.gender])),
        tract_length_cm=float(np.interp(person.age, ages, _TRACT_CM[person.gender])),
        slope_db_per_octave=float(slope),
        harmonics_to_noise_db=float(harmonics),
        pitch_spread_semitones=float(spread),
        timbre=tuple(timbre.tolist()),
    )


def usual_measures(person: Person) -> UsualMeasures:
    """Return what is usual at a person's age: a standard deviation below and above the mean."""
    usual, factor = usual_voice(person), 2 ** (PITCH_DEVIATION_SEMITONES / 12)
    tract = usual.tract_length_cm
    return UsualMeasures(
        pitch_hz=UsualRange(usual.pitch_hz / factor, usual.pitch_hz * factor),
        tract_length_cm=UsualRange(tract - TRACT_DEVIATION_CM, tract + TRACT_DEVIATION_CM),
    )
