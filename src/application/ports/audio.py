"""Ports for recordings: checking and measuring them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from domain.ids import UserId
from domain.voice import Acoustics, Recording

SAMPLE_RATE = 16_000
"""Samples per second of `Speech.samples`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """A decoded and measured voice."""

    samples: bytes
    """Mono, native-endian float32 in -1..1 at `SAMPLE_RATE`."""
    acoustics: Acoustics


class VoiceChecker(Protocol):
    """Checks by decoding whether a file is a usable recording, and makes the copy of it that is kept."""

    async def check(self, path: Path, copy: Path, user_id: UserId) -> Recording:
        """Write the clean copy of a recording to `copy` and return what that is.

        The copy has the recording's sound without loss and nothing else of the file. Time and memory are bounded for
        any file, and users take turns: many recordings of one user hardly delay another user's. Raises `VoiceRefused`
        if the recording cannot be used, and `ServiceUnavailable` if it cannot be checked now.
        """
        ...


class Listener(Protocol):
    """Decodes and measures a voice; it blocks and takes long, so call it in another process."""

    def __call__(self, path: Path) -> Speech:
        """Return the speech in the file; raises `VoiceRefused` if there is none."""
        ...
