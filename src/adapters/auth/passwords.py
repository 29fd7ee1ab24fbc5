"""Password hashes by Argon2id."""

import asyncio
import os
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher as Argon2Hasher
from argon2.exceptions import VerifyMismatchError

from application.errors import HashingBusy

MEMORY_KIB = 19_456
PASSES = 2
LANES = 1
NICENESS = 10
"""How much the priority of the hashing threads is lowered, on the scale of nice(1).

A login then takes some milliseconds longer when the machine is busy, and other requests do not wait for it.
"""
UNLIMITED = 1_000_000_000

Answer = TypeVar("Answer")


class Argon2Passwords:
    """Implements `PasswordHasher` with the parameters that OWASP recommends first for Argon2id.

    Hashing runs in separate threads, on at most half of the `cores` and at a lower priority. So many logins at once
    wait for each other and do not slow down the rest of the service. `most_waiting` says how many may wait; 0 lifts
    that limit. Who stops waiting gives the place back at once, or when the hash that has begun is done.
    """

    def __init__(self, most_waiting: int, cores: int) -> None:
        self._argon2 = Argon2Hasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
        threads = max(1, cores // 2)
        self._threads = ThreadPoolExecutor(threads, "argon2", initializer=_lower_priority)
        self._places = threading.Semaphore(threads + (most_waiting or UNLIMITED))
        self._dummy_hash = self._argon2.hash(secrets.token_urlsafe())

    async def hash(self, password: str) -> str:
        """Return a salted hash that contains its parameters."""
        return await self._run(self._argon2.hash, password)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Return whether the password is correct.

        For an unknown user `password_hash` is None. Then a dummy hash is compared, so that the answer takes as long.
        """
        matches = await self._run(self._matches, password_hash or self._dummy_hash, password)
        return matches and password_hash is not None

    async def _run(self, work: Callable[..., Answer], *arguments: str) -> Answer:
        if not self._places.acquire(blocking=False):
            raise HashingBusy
        hashing = self._threads.submit(work, *arguments)
        hashing.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(hashing)

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._argon2.verify(password_hash, password)
        except VerifyMismatchError:
            return False


def _lower_priority() -> None:
    """Lower the priority of this thread alone; on Linux each thread has its own niceness."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
