"""Passwords under Argon2id."""

import os
import secrets

import anyio.to_thread
from anyio import CapacityLimiter
from argon2 import PasswordHasher as Argon2Hasher
from argon2.exceptions import VerifyMismatchError

MEMORY_KIB = 19_456
PASSES = 2
LANES = 1


class Argon2Passwords:
    """Hashes with the parameters that OWASP names first for Argon2id, in threads of its own.

    At most half of the cores hash at a time: logins that come in a storm wait for each other, and everybody
    else finds a free core.
    """

    def __init__(self, concurrency: int | None = None) -> None:
        self._argon2 = Argon2Hasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
        self._limiter = CapacityLimiter(concurrency or max(1, (os.cpu_count() or 2) // 2))
        self._nobodys_hash = self._argon2.hash(secrets.token_urlsafe())

    async def hash(self, password: str) -> str:
        """Return a salted hash that carries its parameters."""
        return await anyio.to_thread.run_sync(self._argon2.hash, password, limiter=self._limiter)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether the password fits; without a hash to compare one that nothing fits is tried."""
        fits = await anyio.to_thread.run_sync(
            self._fits, password_hash or self._nobodys_hash, password, limiter=self._limiter
        )
        return fits and password_hash is not None

    def _fits(self, password_hash: str, password: str) -> bool:
        try:
            return self._argon2.verify(password_hash, password)
        except VerifyMismatchError:
            return False
