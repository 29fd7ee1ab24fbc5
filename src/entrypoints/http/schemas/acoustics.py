"""What was measured of a voice, and what is usual, on the wire."""

from dataclasses import asdict
from typing import Annotated, Self

import msgspec
from msgspec import Meta, Struct

from domain.faces import Faces


class InfluenceResponse(Struct, frozen=True, kw_only=True):
    """How one measure of the voice changed one trait of the face."""

    measure: Annotated[str, Meta(description="A field of `acoustics`.", examples=["pitch_hz"])]
    trait: Annotated[str, Meta(examples=["a stronger jaw and chin"])]
    amount: Annotated[float, Meta(description="-1 to 1: how far from what is usual for age and gender.")]


class AcousticsResponse(Struct, frozen=True, kw_only=True):
    """What was measured of the voice: properties of the sound, not claims about the speaker."""

    pitch_hz: Annotated[float, Meta(description="Median fundamental frequency.", examples=[118.2])]
    pitch_spread_semitones: Annotated[float, Meta(examples=[2.4])]
    tract_length_cm: Annotated[
        float | None, Meta(description="Apparent length of the vocal tract, from formant spacing.")
    ]
    spectral_slope_db_per_octave: Annotated[float, Meta(examples=[-6.1])]
    harmonics_to_noise_db: Annotated[float, Meta(examples=[14.0])]
    timbre: Annotated[list[float], Meta(description="Mean mel-frequency cepstral coefficients 1 to 12.")]
    voiced_seconds: Annotated[float, Meta(examples=[6.3])]
    influences: Annotated[
        list[InfluenceResponse],
        Meta(description="Which measure changed which trait of the face, strongest first."),
    ]

    @classmethod
    def of(cls, faces: Faces | None) -> Self | None:
        """Return the wire form of what was measured, None if nothing was."""
        if faces is None or faces.acoustics is None:
            return None
        measured = asdict(faces.acoustics)
        return msgspec.convert({**measured, "influences": [asdict(one) for one in faces.influences]}, cls)


class UsualRangeResponse(Struct, frozen=True, kw_only=True):
    """About two of three people of an age and gender are between these figures."""

    low: Annotated[float, Meta(examples=[165.9])]
    high: Annotated[float, Meta(examples=[263.4])]


class UsualResponse(Struct, frozen=True, kw_only=True):
    """What is usual at the age and gender of the request, to compare `acoustics` with."""

    pitch_hz: UsualRangeResponse
    tract_length_cm: UsualRangeResponse

    @classmethod
    def of(cls, faces: Faces | None) -> Self | None:
        """Return the wire form of what is usual, None where the face maker does not know."""
        if faces is None or faces.usual is None:
            return None
        return msgspec.convert(asdict(faces.usual), cls)
