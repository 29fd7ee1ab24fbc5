"""The turns of users at a resource that few can use at once."""

import asyncio
from collections import Counter

from adapters.audio.fair_turns import FairTurns
from domain.ids import UserId

ANN, BOB, CLEO = UserId("ann"), UserId("bob"), UserId("cleo")


class Uses:
    """Uses of a resource that a test ends one by one, and the order in which they began."""

    def __init__(self, at_once: int) -> None:
        self.turns = FairTurns(at_once)
        self.order: list[UserId] = []
        self._running: list[tuple[UserId, asyncio.Event]] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def come(self, user_id: UserId, count: int = 1) -> None:
        """Let uses of a user begin or wait."""
        self.tasks += [asyncio.create_task(self._use(user_id)) for _ in range(count)]
        await settle()

    async def end(self, user_id: UserId) -> None:
        """End the user's use that has run longest."""
        running = next(each for each in self._running if each[0] == user_id)
        self._running.remove(running)
        running[1].set()
        await settle()

    async def _use(self, user_id: UserId) -> None:
        async with self.turns.turn(user_id):
            self.order.append(user_id)
            self._running.append((user_id, ended := asyncio.Event()))
            await ended.wait()


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_twelve_uses_of_one_user_delay_another_user_by_one_at_most() -> None:
    uses = Uses(at_once=2)
    await uses.come(ANN, 12)
    await uses.come(BOB)
    await uses.end(ANN)
    assert uses.order == [ANN, ANN, BOB]


async def test_users_take_turns_whoever_came_first() -> None:
    uses = Uses(at_once=1)
    for user_id, count in ((ANN, 4), (BOB, 2), (CLEO, 2)):
        await uses.come(user_id, count)
    for _ in range(7):
        await uses.end(uses.order[-1])
    assert uses.order == [ANN, BOB, CLEO, ANN, BOB, CLEO, ANN, ANN]


async def test_with_two_at_once_no_user_is_passed_over() -> None:
    uses = Uses(at_once=2)
    for user_id in (ANN, BOB, CLEO):
        await uses.come(user_id, 4)
    for count in range(2, 12):
        await uses.end(uses.order[count - 2])
    assert Counter(uses.order[2:8]) == {ANN: 2, BOB: 2, CLEO: 2}
    assert Counter(uses.order) == {ANN: 4, BOB: 4, CLEO: 4}


async def test_a_use_that_is_cancelled_while_it_waits_leaves_its_place_to_the_next() -> None:
    uses = Uses(at_once=1)
    await uses.come(ANN)
    await uses.come(BOB)
    await uses.come(CLEO)
    uses.tasks[1].cancel()
    await uses.end(ANN)
    assert uses.order == [ANN, CLEO]


async def test_a_use_that_is_cancelled_in_the_moment_of_its_turn_gives_it_to_the_next() -> None:
    uses = Uses(at_once=1)
    await uses.come(ANN)
    await uses.come(BOB)
    await uses.come(CLEO)
    ending = asyncio.create_task(uses.end(ANN))
    while not uses.tasks[0].done():
        await asyncio.sleep(0)
    uses.tasks[1].cancel()
    await ending
    assert uses.tasks[1].cancelled()
    assert uses.order[-1] == CLEO


async def test_cancelling_at_any_moment_loses_no_turn() -> None:
    for steps in range(8):
        turns = FairTurns(1)

        async def use(user_id: UserId, turns: FairTurns = turns) -> None:
            async with turns.turn(user_id):
                await asyncio.sleep(0)

        tasks = [asyncio.create_task(use(user_id)) for user_id in (ANN, BOB, ANN, CLEO)]
        for _ in range(steps):
            await asyncio.sleep(0)
        tasks[1].cancel()
        await asyncio.wait(tasks)
        await asyncio.wait_for(use(BOB), 60)
