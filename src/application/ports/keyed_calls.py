"""Ports for calls with an idempotency key."""

from datetime import datetime
from typing import Protocol

from domain.ids import UserId
from domain.keyed_call import KeptAnswer, KeyedCall


class CallDigests(Protocol):
    """Makes digests, from which what they are made of can be neither read nor guessed."""

    def __call__(self, *parts: bytes) -> str:
        """Return 64 characters; other parts give others."""
        ...


class KeyedCallRepository(Protocol):
    """The calls with an idempotency key. A call is locked after its user, and after all else."""

    async def lock(self, call_id: str) -> KeyedCall | None:
        """Return a call, locked; None if there is none."""
        ...

    async def count(self, user_id: UserId, began_after: datetime) -> int:
        """Return how many calls of a user began after a moment."""
        ...

    async def add(self, call: KeyedCall) -> None:
        """Add a call of a user who was locked; it is erased with the user."""
        ...

    async def save(self, call: KeyedCall) -> None:
        """Write the changes of a call that was locked."""
        ...

    async def keep(self, call: KeyedCall, answer: KeptAnswer) -> bool:
        """Keep the answer, and return True; return False if the call has one, is gone, or has another attempt."""
        ...

    async def release(self, call: KeyedCall) -> None:
        """Remove the call, so that it can be made again; does nothing where `keep` would return False."""
        ...

    async def remove_old(self, began_before: datetime) -> int:
        """Remove calls that began before or at a moment; return how many."""
        ...
