"""What the application needs of sound."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from domain.voice import Acoustics, Recording

SAMPLE_RATE = 16_000
"""Samples a second of `Speech.samples`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """A decoded and measured voice."""

    samples: bytes
    """Mono, native-endian float32 in -1..1 at `SAMPLE_RATE`."""
    acoustics: Acoustics


class VoiceChecker(Protocol):
    """Tells by decoding whether a file holds a usable voice."""

    async def check(self, path: Path) -> Recording:
        """Return what the recording is; raise `VoiceRefused` when no face can be made from it.

        Raises `ServiceUnavailable` when that cannot be told now. Bounded in time and memory, whatever the file claims
        to be.
        """
        ...


class Listener(Protocol):
    """Decodes and measures a voice; blocking and heavy, so call it in a process of its own."""

    def __call__(self, path: Path) -> Speech:
        """Return the speech in the file; raise `VoiceRefused` when there is none."""
        ...
