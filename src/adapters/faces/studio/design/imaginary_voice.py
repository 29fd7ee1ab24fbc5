"""Imaginary voices: measures drawn at random as they differ between people of one age and gender.

The figures are those of the speakers in `samples/speakers`: the deviations about the mean of a gender, rounded, and the
correlations as four common factors (principal axis factoring), since pitch, slope and timbre do not vary alone.
"""

import numpy as np

from adapters.faces.studio.design.fingerprint import TIMBRE_DEVIATION
from adapters.faces.studio.design.usual_voice import usual_voice
from domain.voice import Acoustics, Person

DEVIATIONS = np.array((3.2, 1.0, 1.4, 2.2, 0.8, *TIMBRE_DEVIATION))
"""Of pitch in semitones, tract length in cm, slope in dB an octave, harmonics-to-noise ratio in dB, spread of pitch in
semitones, and timbre. Pitch and tract are a little more than among those speakers, who are few and all read aloud."""
LOADINGS = np.array(
    (
        (-0.63, 0.25, 0.25, 0.02),
        (-0.03, 0.06, -0.10, -0.18),
        (-0.34, 0.62, -0.69, -0.02),
        (0.00, 0.03, 0.22, -0.07),
        (0.16, -0.17, 0.34, -0.31),
        (0.16, 0.19, 0.60, 0.23),
        (0.61, -0.57, 0.30, 0.32),
        (0.63, -0.51, -0.51, -0.19),
        (0.63, -0.56, 0.01, -0.42),
        (0.76, -0.18, 0.06, -0.25),
        (0.76, 0.42, 0.07, -0.25),
        (0.57, 0.62, -0.07, -0.29),
        (0.59, 0.62, 0.12, -0.20),
        (0.63, 0.73, 0.09, 0.17),
        (0.68, 0.34, 0.04, 0.41),
        (0.60, -0.21, -0.50, 0.46),
        (0.70, -0.11, -0.01, 0.30),
    )
)
"""How strongly each measure follows each factor (17, 4); the rest of its variance is its own."""
LEAST_SPREAD = 0.3
"""Semitones; no voice is more monotonous."""


def imaginary_voice(person: Person, seed: int) -> Acoustics:
    """Return the measures of a made-up voice; the same seed gives the same voice.

    It is as likely as a real one to be near the usual voice, or near any other.
    """
    random = np.random.default_rng(seed)
    common = LOADINGS @ random.standard_normal(LOADINGS.shape[1])
    unique = np.sqrt(1 - (LOADINGS**2).sum(axis=1))
    off = DEVIATIONS * (common + unique * random.standard_normal(len(DEVIATIONS)))
    usual = usual_voice(person)
    semitones, tract, slope, clearness, spread = off[:5].tolist()
    return Acoustics(
        pitch_hz=usual.pitch_hz * 2 ** (semitones / 12),
        tract_length_cm=usual.tract_length_cm + tract,
        spectral_slope_db_per_octave=usual.slope_db_per_octave + slope,
        harmonics_to_noise_db=usual.harmonics_to_noise_db + clearness,
        pitch_spread_semitones=max(LEAST_SPREAD, usual.pitch_spread_semitones + spread),
        timbre=tuple((np.array(usual.timbre) + off[5:]).tolist()),
        voiced_seconds=0.0,
    )
