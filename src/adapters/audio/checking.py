"""Checks uploads in a child process, which can be killed when a file costs too much."""

import logging
from pathlib import Path

from adapters.audio.clean_copy import SIGNATURE, SUFFIX, write_copy
from adapters.audio.fair_turns import FairTurns
from adapters.audio.listening import hear
from application.errors import ServiceUnavailable
from application.ports.processes import CostsTooMuch, ProcessDied, Processes
from domain.errors import VoiceRefused
from domain.ids import UserId
from domain.media import MEDIA_TYPES
from domain.refusals import SENTENCES, refusal
from domain.voice import LONGEST_RECORDING, Recording

log = logging.getLogger(__name__)

CHECKS_AT_ONCE = 2


def check(path: Path, copy: Path) -> Recording:
    """Find the voice in a file and write the clean copy; raises `VoiceRefused`, and `OSError` when a disk fails."""
    sound, _ = hear(path)
    write_copy(sound, copy)
    return Recording(seconds=sound.seconds, media_type=MEDIA_TYPES[SUFFIX], suffix=SUFFIX)


class DecodingVoiceChecker:
    """Implements `VoiceChecker` by decoding, each recording in a child process with limits on time and memory.

    At most `CHECKS_AT_ONCE` checks run at the same time, and users take turns. A file that exceeds a limit, or that
    crashes the decoder, is refused.
    """

    def __init__(self, processes: Processes) -> None:
        self._turns = FairTurns(CHECKS_AT_ONCE)
        self._processes = processes

    async def check(self, path: Path, copy: Path, user_id: UserId) -> Recording:
        """Write the clean copy of a recording and return its length and type.

        Raises `VoiceRefused`, and `ServiceUnavailable` when the machine cannot start another process or a disk fails.
        """
        async with self._turns.turn(user_id):
            try:
                recording = await self._processes.run(
                    check,
                    path,
                    copy,
                    answer=Recording,
                    errors=(VoiceRefused,),
                    reads=(path,),
                    writes=(copy,),
                )
                _require_possible(recording, copy)
            except CostsTooMuch as error:
                raise refusal("too_costly") from error
            except VoiceRefused as refused:
                if refused.reason not in SENTENCES:  # from a process that the file has taken over
                    raise refusal("not_audio") from refused
                raise
            except ProcessDied as error:
                raise refusal("not_audio") from error
            except OSError as error:
                log.error("a recording could not be checked: %s", error)
                raise ServiceUnavailable("decoder") from error
            return recording


def _require_possible(recording: Recording, copy: Path) -> None:
    """Raise `ProcessDied` for what `check` never leaves: then the file has taken the process over."""
    kept = Recording(seconds=recording.seconds, media_type=MEDIA_TYPES[SUFFIX], suffix=SUFFIX)
    if recording != kept or not 0 < recording.seconds < LONGEST_RECORDING + 1:
        raise ProcessDied(f"its answer cannot be true: {recording}")
    with copy.open("rb") as file:
        if file.read(len(SIGNATURE)) != SIGNATURE:
            raise ProcessDied("its copy is no FLAC")
