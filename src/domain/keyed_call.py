"""Calls with an idempotency key: repeating one has no second effect."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.errors import KeyReused, KeyRunning
from domain.ids import UserId, new_id

KEPT_FOR = timedelta(hours=24)
"""How long a call is remembered from its beginning, with its answer."""
PATIENCE = timedelta(minutes=1)
"""How long a call may run before a repetition may begin it again: its process may have been killed."""
MOST_CALLS = 1000
"""How many calls of one user are remembered at once; a call with a further key is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """The answer to a call, as a repetition gets it."""

    status: int
    media_type: str
    """Empty for an answer without a body."""
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedCall:
    """A call that a user has made under an idempotency key."""

    id: str
    """Made of user and key, neither of which can be read from it."""
    user_id: UserId
    digest: str
    """Of all that the client sent: a repetition sends the same."""
    began_at: datetime
    attempt: str
    """The id of the newest try to make the call: only that one may have an effect."""
    running_until: datetime
    """When a repetition may begin the call again, if it has no answer until then."""
    answer: KeptAnswer | None = None

    @classmethod
    def begin(cls, call_id: str, user_id: UserId, digest: str, now: datetime) -> "KeyedCall":
        """Return a call that begins now."""
        return cls(
            id=call_id,
            user_id=user_id,
            digest=digest,
            began_at=now,
            attempt=new_id(),
            running_until=now + PATIENCE,
        )

    def begin_again(self, now: datetime) -> "KeyedCall":
        """Return the call with a new attempt, in place of one that has not ended; raises `KeyRunning`."""
        if now < self.running_until:
            raise KeyRunning
        return replace(self, attempt=new_id(), running_until=now + PATIENCE)

    def is_over(self, now: datetime) -> bool:
        """Tell whether the key may be used for another call."""
        return self.began_at + KEPT_FOR <= now

    def require_same(self, digest: str) -> None:
        """Raise `KeyReused` if a repetition sends something else."""
        if digest != self.digest:
            raise KeyReused
