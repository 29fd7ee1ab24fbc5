"""Passwords under Argon2id."""

import asyncio
import os
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher as Argon2Hasher
from argon2.exceptions import VerifyMismatchError

MEMORY_KIB = 19_456
PASSES = 2
LANES = 1
NICENESS = 10
"""How far hashing steps back, on the scale of nice(1): who logs in waits milliseconds longer, nobody else does."""


class Argon2Passwords:
    """Hashes with the parameters that OWASP names first for Argon2id, in threads of its own.

    At most half of the cores hash at a time, and whoever else wants a core goes first: logins that come in a storm
    wait for each other.
    """

    def __init__(self, concurrency: int | None = None) -> None:
        self._argon2 = Argon2Hasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
        self._threads = ThreadPoolExecutor(
            concurrency or max(1, (os.cpu_count() or 2) // 2), "argon2", initializer=_step_back
        )
        self._nobodys_hash = self._argon2.hash(secrets.token_urlsafe())

    async def hash(self, password: str) -> str:
        """Return a salted hash that carries its parameters."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._argon2.hash, password)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether the password fits; without a hash to compare one that nothing fits is tried."""
        loop = asyncio.get_running_loop()
        tried = password_hash or self._nobodys_hash
        fits = await loop.run_in_executor(self._threads, self._fits, tried, password)
        return fits and password_hash is not None

    def _fits(self, password_hash: str, password: str) -> bool:
        try:
            return self._argon2.verify(password_hash, password)
        except VerifyMismatchError:
            return False


def _step_back() -> None:
    """On Linux a thread has a niceness of its own."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
