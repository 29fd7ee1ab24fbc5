"""Uploads are checked in a child process that may be killed: the port `VoiceChecker`."""

import asyncio
import logging
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import anyio.to_process

from adapters.audio.decoding import decode
from adapters.audio.measuring import hear
from application.errors import ServiceUnavailable
from domain.media import MEDIA_TYPES
from domain.refusals import refusal
from domain.voice import Recording

log = logging.getLogger(__name__)

_MEMORY = 512 * 1024 * 1024
"""Bytes that one check may allocate beyond what the child already holds."""


def check(path: Path) -> Recording:
    """Decode a file and find the voice in it; raises `VoiceRefused`."""
    sound = decode(path)
    hear(sound.samples)
    return Recording(seconds=sound.seconds, media_type=MEDIA_TYPES[sound.suffix], suffix=sound.suffix)


class DecodingVoiceChecker:
    """Checks a few recordings at a time, each in a process of its own and under limits."""

    def __init__(self, *, at_once: int = 2, seconds: float = 10.0) -> None:
        self._turns = anyio.CapacityLimiter(at_once)
        self._processes = anyio.CapacityLimiter(at_once)
        self._seconds = seconds

    async def check(self, path: Path) -> Recording:
        """Return what the recording is; a file that breaks a limit or the decoder itself is refused.

        Raises `ServiceUnavailable` when the machine cannot start another process.
        """
        async with self._turns:  # waiting for one's turn does not count
            try:
                # Starting a child is no fault of the file, and one that is cancelled then anyio loses sight of.
                await asyncio.shield(anyio.to_process.run_sync(os.getpid, limiter=self._processes))
                with anyio.fail_after(self._seconds):
                    return await anyio.to_process.run_sync(
                        _check_within_memory, path, cancellable=True, limiter=self._processes
                    )
            except TimeoutError as error:
                raise refusal("too_costly") from error
            except (anyio.BrokenWorkerProcess, ProcessLookupError) as error:
                # Of a child that could not start anyio says why, or finds it gone; the file has no part in that.
                if error.args or isinstance(error, ProcessLookupError):
                    log.warning("a process that checks recordings could not start: %r", error)
                    raise ServiceUnavailable("decoder") from error
                raise refusal("not_audio") from error


def _check_within_memory(path: Path) -> Recording:
    try:
        with _limited_memory():
            return check(path)
    except MemoryError as error:
        raise refusal("too_costly") from error


@contextmanager
def _limited_memory() -> Iterator[None]:
    """Bound the address space of this process for a while, so that a hostile file meets its end first."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + _MEMORY, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
