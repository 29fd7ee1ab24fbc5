"""Who speaks, and what was measured of the voice."""

from dataclasses import dataclass
from enum import StrEnum

from domain.errors import InvalidValue

YOUNGEST = 1
OLDEST = 120


class Gender(StrEnum):
    """The gender that the person states; the wire knows these two words."""

    MAN = "man"
    WOMAN = "woman"


@dataclass(frozen=True, slots=True)
class Person:
    """The stated age in years and gender, from which alone the condition face is made."""

    age: int
    gender: Gender

    def __post_init__(self) -> None:
        if not YOUNGEST <= self.age <= OLDEST:
            raise InvalidValue("age", f"Give an age from {YOUNGEST} to {OLDEST} years.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Acoustics:
    """What was measured of a voice; measurements of sound, never a claim about the person."""

    pitch_hz: float
    """Median fundamental frequency of the voiced frames."""
    pitch_spread_semitones: float
    """Standard deviation of the fundamental frequency, in semitones about its median."""
    tract_length_cm: float | None
    """Apparent vocal tract length from formant spacing; None where formants could not be found."""
    spectral_slope_db_per_octave: float
    harmonics_to_noise_db: float
    timbre: tuple[float, ...]
    """Mean mel-frequency cepstral coefficients 1 to 12 of the voiced frames."""
    voiced_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """How one measure of a voice bent one trait of a face, so that a person understands the face."""

    measure: str
    """The field of `Acoustics`, such as `pitch_hz`."""
    trait: str
    """What it bent, in words, such as "jaw and chin"."""
    amount: float
    """-1..1: how far from the usual of age and gender, and to which side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What decoding told of an uploaded voice, whatever its name and declared type said."""

    seconds: float
    media_type: str
    """The type to serve it as, from its real container, such as `audio/webm`."""
    suffix: str
    """The file ending that goes with the container, with its dot, such as `.webm`."""
