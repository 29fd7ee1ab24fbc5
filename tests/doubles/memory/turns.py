"""The turns of users, in memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

from domain.generation import Generation, State
from domain.ids import UserId


@dataclass
class Turn:
    """What runs of a user's generations, what is queued in its order, and since when the user waits."""

    running: int = 0
    queued: list[Generation] = field(default_factory=list)
    waiting_since: int = 0


class Turns:
    """The turn of each user, as it was at the last commit that changed one of the user's generations."""

    def __init__(self) -> None:
        self._turns: dict[UserId, Turn] = {}
        self._clock = count(1)

    def count_again(self, user_id: UserId, generations: Iterable[Generation]) -> None:
        """Follow a change of a user's generations."""
        before = self._turns.get(user_id, Turn())
        own = [one for one in generations if one.user_id == user_id]
        running = sum(one.state is State.RUNNING for one in own)
        queued = sorted(
            (one for one in own if one.state is State.QUEUED), key=lambda one: (one.due_at, one.id)
        )
        starts_to_wait = not before.queued or running < before.running
        since = next(self._clock) if starts_to_wait else before.waiting_since
        self._turns[user_id] = Turn(running, queued, since)

    def in_order(self) -> list[tuple[UserId, Turn]]:
        """Return the turns of those who wait, the fairest first."""
        waiting = [(user_id, turn) for user_id, turn in self._turns.items() if turn.queued]
        return sorted(waiting, key=lambda each: (each[1].running, each[1].waiting_since, each[0]))
