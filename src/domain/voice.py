"""The person who speaks, the recording, and what was measured of the voice."""

from dataclasses import dataclass
from enum import StrEnum

from domain.errors import InvalidValue

YOUNGEST = 1
OLDEST = 120
SHORTEST_RECORDING = 1
LONGEST_RECORDING = 60
"""Seconds."""


class Gender(StrEnum):
    """The stated gender; these two words are on the wire."""

    MAN = "man"
    WOMAN = "woman"


@dataclass(frozen=True, slots=True)
class Person:
    """The stated age in years and gender; both faces follow them; the condition face's features follow no voice."""

    age: int
    gender: Gender

    def __post_init__(self) -> None:
        if not YOUNGEST <= self.age <= OLDEST:
            raise InvalidValue("age", f"Give an age from {YOUNGEST} to {OLDEST} years.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Acoustics:
    """What was measured of a voice: figures about sound, which say nothing certain about the person."""

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


@dataclass(frozen=True, slots=True)
class UsualRange:
    """Between which figures about two of three people are."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualMeasures:
    """What is usual of two measures at one age and gender, to compare a voice with."""

    pitch_hz: UsualRange
    tract_length_cm: UsualRange


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """How one measure of a voice changed one trait of a face; shown to the user to explain the face."""

    measure: str
    """The field of `Acoustics`, such as `pitch_hz`."""
    trait: str
    """The trait that it changed, in words, such as "jaw and chin"."""
    amount: float
    """-1..1: how far, and in which direction, from what is usual for age and gender."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A stored recording: today a clean copy in FLAC, in earlier versions the file that was sent."""

    seconds: float
    media_type: str
    """The type to serve it as, such as `audio/flac`."""
    suffix: str
    """The file ending that goes with the type, with its dot, such as `.flac`."""
