"""The board that all watchers of a process share."""

import asyncio
from collections.abc import Collection, Mapping

import pytest

from application.errors import ServiceUnavailable
from application.ports.views import ProgressView
from application.requests.watch import ProgressBoard
from domain.generation import State
from domain.ids import GenerationId

ONE, OTHER = GenerationId("one"), GenerationId("other")


class SlowViews:
    """Views that answer once they may, and record the queries."""

    def __init__(self) -> None:
        self.queries: list[set[GenerationId]] = []
        self.asked = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.trouble: list[Exception] = []

    async def progress(self, generation_ids: Collection[GenerationId]) -> Mapping[GenerationId, ProgressView]:
        self.queries.append(set(generation_ids))
        self.asked.set()
        await self.may_answer.wait()
        if self.trouble:
            raise self.trouble.pop()
        return {
            generation_id: ProgressView(
                generation_id=generation_id,
                state=State.RUNNING,
                stage=None,
                percent=1,
                attempt=1,
                place=None,
                failure=None,
                finished_at=None,
            )
            for generation_id in generation_ids
        }


@pytest.fixture
def views() -> SlowViews:
    return SlowViews()


@pytest.fixture
def board(views: SlowViews) -> ProgressBoard:
    return ProgressBoard(views, tick=0.001)  # type: ignore[arg-type]  # a board uses nothing else of views


async def test_watchers_of_one_tick_share_one_query(views: SlowViews, board: ProgressBoard) -> None:
    views.may_answer.set()
    await asyncio.gather(*(board.next(generation_id) for generation_id in (ONE, OTHER, ONE)))
    assert views.queries == [{ONE, OTHER}]


async def test_a_watcher_that_comes_while_a_query_runs_waits_for_the_next_one(
    views: SlowViews, board: ProgressBoard
) -> None:
    first = asyncio.create_task(board.next(ONE))
    await views.asked.wait()
    late = asyncio.create_task(board.next(OTHER))
    await asyncio.sleep(0)
    views.may_answer.set()
    assert await first is not None
    assert await late is not None


async def test_a_database_that_is_away_is_queried_again(views: SlowViews, board: ProgressBoard) -> None:
    views.may_answer.set()
    views.trouble = [ServiceUnavailable("database")]
    assert await board.next(ONE) is not None
    assert len(views.queries) == 2


async def test_a_database_that_stays_away_gets_one_query_at_a_time(
    views: SlowViews, board: ProgressBoard
) -> None:
    views.trouble = [ServiceUnavailable("database") for _ in range(20)]
    watchers = []
    while views.trouble:
        watchers.append(asyncio.create_task(board.next(ONE)))  # a new watcher while a query runs
        await views.asked.wait()
        views.asked.clear()
        watchers.append(asyncio.create_task(board.next(OTHER)))
        await asyncio.sleep(0)
        views.may_answer.set()
        await asyncio.sleep(0)
        views.may_answer.clear()
    views.may_answer.set()
    assert None not in await asyncio.gather(*watchers)
    assert len(views.queries) <= 20 + 2


async def test_an_error_reaches_every_watcher_and_the_board_goes_on(
    views: SlowViews, board: ProgressBoard
) -> None:
    views.may_answer.set()
    views.trouble = [ZeroDivisionError()]
    outcomes = await asyncio.gather(board.next(ONE), board.next(OTHER), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ZeroDivisionError, ZeroDivisionError]
    assert await board.next(ONE) is not None


async def test_a_watcher_that_leaves_does_not_disturb_the_others(
    views: SlowViews, board: ProgressBoard
) -> None:
    leaving, staying = asyncio.create_task(board.next(ONE)), asyncio.create_task(board.next(OTHER))
    await views.asked.wait()
    leaving.cancel()
    views.may_answer.set()
    assert await staying is not None
    assert leaving.cancelled()
