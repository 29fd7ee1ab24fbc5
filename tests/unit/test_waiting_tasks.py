import asyncio
import re
from collections.abc import AsyncIterator

from entrypoints.composition.waiting_tasks import where_it_waits


async def numbers() -> AsyncIterator[int]:
    yield 1
    await asyncio.sleep(60)


async def count() -> None:
    async for _ in numbers():
        await asyncio.sleep(0)


async def test_all_calls_in_which_a_task_waits_are_told_outermost_first() -> None:
    task = asyncio.create_task(count())
    while not re.search(r" > tasks\.py:\d+ sleep$", where_it_waits(task)) or "numbers" not in where_it_waits(
        task
    ):
        await asyncio.sleep(0)
    assert re.sub(r":\d+", "", where_it_waits(task)) == (
        "test_waiting_tasks.py count > test_waiting_tasks.py numbers > tasks.py sleep"
    )
    task.cancel()


async def test_a_task_that_has_ended_waits_nowhere() -> None:
    task = asyncio.create_task(asyncio.sleep(0))
    await task
    assert where_it_waits(task) == ""
