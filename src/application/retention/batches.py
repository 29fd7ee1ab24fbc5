"""Do something to all that is found, in batches: memory and transactions stay small, however much there is."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

BATCH = 100


async def do_to_all(find: Callable[[int], Awaitable[Sequence[T]]], do: Callable[[T], Awaitable[bool]]) -> int:
    """Do it until `find`, which takes the size of a batch, finds nothing; return how often it changed something.

    What `do` has changed must not be found again. A batch in which nothing changes is the last one: another process is
    at work on the same.
    """
    done = 0
    while changes := sum([await do(one) for one in await find(BATCH)]):
        done += changes
    return done
