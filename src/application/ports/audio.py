"""Ports for recordings: checking and measuring them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from domain.ids import UserId
from domain.voice import Acoustics, Recording

SAMPLE_RATE = 16_000
"""Samples per second of `Speech.samples`."""
SOUND_RATE = 48_000
"""Samples per second of `Speech.sound`."""
SOUND_SECONDS = 9
"""Seconds of `Speech.sound`: more than a video shows, so that it can fade out instead of breaking off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """A decoded and measured voice."""

    samples: bytes
    """Mono, native-endian float32 in -1..1 at `SAMPLE_RATE`."""
    sound: bytes
    """The first `SOUND_SECONDS` of the same with all its frequencies: mono, native-endian float32 at `SOUND_RATE`.

    Between the samples of a recording of full scale it may go beyond -1..1.
    """
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
