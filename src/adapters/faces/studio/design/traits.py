"""The traits of a voice: its acoustics as a few numbers in -1..1 that bend a face."""

from dataclasses import dataclass
from math import log2, tanh

from adapters.faces.studio.design.fingerprint import NO_VARIATION, Fingerprint, fingerprint_of
from adapters.faces.studio.design.usual_voice import (
    PITCH_DEVIATION_SEMITONES,
    TRACT_DEVIATION_CM,
    usual_voice,
)
from domain.voice import Acoustics, Person

SLOPE_RANGE = 2.5
"""Decibels an octave that make a voice clearly brighter than usual: a trait of tanh(1) = 0.76."""
NOISE_RANGE = 5.0
"""The same of the harmonics-to-noise ratio, in decibels."""
SPREAD_RANGE = 3.0
"""The same of the spread of pitch, in semitones."""
SATURATION = 0.7
"""Pitch and tract length, one deviation off, give a trait of tanh(0.7) = 0.6."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What a voice bends in a face. Every number is in -1..1; 0 is usual for the person's age and gender."""

    deep: float = 0.0
    """Lower than usual."""
    long: float = 0.0
    """A longer vocal tract than usual."""
    bright: float = 0.0
    """More high frequencies than usual."""
    rough: float = 0.0
    """Noisier than usual."""
    lively: float = 0.0
    """A pitch that moves more than usual."""
    fingerprint: Fingerprint = NO_VARIATION
    """Individual variation from the timbre."""


NEUTRAL = Traits()
"""The traits of the usual voice."""


def traits_of(acoustics: Acoustics, person: Person) -> Traits:
    """Compare a voice with the usual one of the person's age and gender.

    A length of the vocal tract that was not measured counts as the usual one.
    """
    usual = usual_voice(person)
    semitones = 12 * log2(acoustics.pitch_hz / usual.pitch_hz)
    longer = (acoustics.tract_length_cm or usual.tract_length_cm) - usual.tract_length_cm
    return Traits(
        deep=tanh(-SATURATION * semitones / PITCH_DEVIATION_SEMITONES),
        long=tanh(SATURATION * longer / TRACT_DEVIATION_CM),
        bright=tanh((acoustics.spectral_slope_db_per_octave - usual.slope_db_per_octave) / SLOPE_RANGE),
        rough=tanh((usual.harmonics_to_noise_db - acoustics.harmonics_to_noise_db) / NOISE_RANGE),
        lively=tanh((acoustics.pitch_spread_semitones - usual.pitch_spread_semitones) / SPREAD_RANGE),
        fingerprint=fingerprint_of(acoustics.timbre, usual.timbre),
    )
