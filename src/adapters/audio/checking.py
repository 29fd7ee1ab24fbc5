"""Checks uploads in a child process, which can be killed when a file costs too much."""

import asyncio
import logging
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import anyio.to_process

from adapters.audio.clean_copy import SUFFIX, write_copy
from adapters.audio.fair_turns import FairTurns
from adapters.audio.listening import hear
from application.errors import ServiceUnavailable
from domain.ids import UserId
from domain.media import MEDIA_TYPES
from domain.refusals import refusal
from domain.voice import Recording

log = logging.getLogger(__name__)

CHECKS_AT_ONCE = 2
TIME_LIMIT_SECONDS = 10.0
"""Longest time of one check; the wait for a free process does not count."""
MEMORY_LIMIT = 512 * 1024 * 1024
"""Bytes that one check may allocate beyond what the child process already holds."""


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

    def __init__(self) -> None:
        self._turns = FairTurns(CHECKS_AT_ONCE)
        self._processes = anyio.CapacityLimiter(CHECKS_AT_ONCE)

    async def check(self, path: Path, copy: Path, user_id: UserId) -> Recording:
        """Write the clean copy of a recording and return its length and type.

        Raises `VoiceRefused`, and `ServiceUnavailable` when the machine cannot start another process or a disk fails.
        """
        async with self._turns.turn(user_id):
            try:
                # The time limit starts after the child process has started, because a slow start is not the file's
                # fault. The start is shielded because anyio loses a child whose start is cancelled.
                await asyncio.shield(anyio.to_process.run_sync(os.getpid, limiter=self._processes))
                with anyio.fail_after(TIME_LIMIT_SECONDS):
                    return await anyio.to_process.run_sync(
                        _check_within_memory, path, copy, cancellable=True, limiter=self._processes
                    )
            except TimeoutError as error:
                raise refusal("too_costly") from error
            except (anyio.BrokenWorkerProcess, ProcessLookupError) as error:
                # A child that could not start is not the file's fault. anyio then gives a reason in `args`, or raises
                # ProcessLookupError. A child that crashed during the check leaves `args` empty.
                if error.args or isinstance(error, ProcessLookupError):
                    log.warning("a process that checks recordings could not start: %r", error)
                    raise ServiceUnavailable("decoder") from error
                raise refusal("not_audio") from error
            except OSError as error:
                log.error("a recording could not be checked: %s", error)
                raise ServiceUnavailable("decoder") from error


def _check_within_memory(path: Path, copy: Path) -> Recording:
    try:
        with _limited_memory():
            return check(path, copy)
    except MemoryError as error:
        raise refusal("too_costly") from error


@contextmanager
def _limited_memory() -> Iterator[None]:
    """Limit the address space of this process until the context ends, so that a hostile file cannot fill the memory."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MEMORY_LIMIT, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
