"""Which sessions have ended, as one process knows it: how soon, and with how few reads."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest

from application.accounts import ended_sessions as module
from application.accounts.ended_sessions import EndedSessions
from application.errors import ServiceUnavailable, SessionEnded
from domain.ids import SessionId
from domain.session import EndedSession
from doubles.clock import ManualClock
from doubles.memory.tables import Tables
from doubles.memory.views import MemoryViews

ONE, OTHER = SessionId("1" * 32), SessionId("2" * 32)
DAY = timedelta(days=1)
LIMIT_SECONDS = 60


class CountingViews(MemoryViews):
    """Counts the reads, and may be away."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables)
        self.since: list[datetime | None] = []
        self.is_away = False

    async def ended_sessions(self, since: datetime | None) -> Sequence[EndedSession]:
        self.since.append(since)
        await asyncio.sleep(0)
        if self.is_away:
            raise ServiceUnavailable("database")
        return await super().ended_sessions(since)


class Process:
    """What one of several processes on one database knows."""

    def __init__(self, clock: ManualClock, tables: Tables) -> None:
        self.clock, self.tables = clock, tables
        self.views = CountingViews(tables)
        self.ended = EndedSessions(self.views, clock)

    async def call(self, session_id: SessionId = ONE) -> str:
        """Call as a client with a token of this session, and let reading go on."""
        try:
            await self.ended.require_open(session_id)
        except (SessionEnded, ServiceUnavailable) as error:
            return type(error).__name__
        finally:
            for _ in range(3):
                await asyncio.sleep(0)
        return "fine"

    async def call_for(self, seconds: float, every: float = 0.5) -> float | None:
        """Call again and again; return after how many seconds the session is refused, None if it is not."""
        passed = 0.0
        while passed <= seconds:
            if await self.call() == "SessionEnded":
                return passed
            self.clock.advance(seconds=every)
            passed += every
        return None


async def until(is_so: Callable[[], object]) -> None:
    """Wait for a state; the test fails when it does not come."""
    async with asyncio.timeout(LIMIT_SECONDS):
        while not is_so():
            await asyncio.sleep(0.001)


def end(process: Process, session_id: SessionId = ONE, lasting: timedelta = DAY) -> EndedSession:
    """End a session in the database, as another process does."""
    now = process.clock()
    one = EndedSession(id=session_id, ended_at=now, forget_at=now + lasting)
    process.tables.ended_sessions[session_id] = one
    return one


@pytest.fixture
def process() -> Process:
    return Process(ManualClock(), Tables())


async def test_what_ended_before_the_process_started_is_refused_at_the_first_call(process: Process) -> None:
    end(process)
    process.clock.advance(hours=23)
    assert await process.call() == "SessionEnded"
    assert await process.call(OTHER) == "fine"
    assert process.views.since == [None]


async def test_what_ends_on_another_process_is_refused_within_ten_seconds(process: Process) -> None:
    for delay in (0.0, 0.1, 1.4, 2.9):
        assert await process.call() == "fine"
        process.clock.advance(seconds=delay)
        end(process)
        refused_after = await process.call_for(10)
        assert refused_after is not None
        assert refused_after < 10
        process.tables.ended_sessions.clear()
        process = Process(process.clock, process.tables)


async def test_after_a_pause_the_first_call_waits_for_what_happened_meanwhile(process: Process) -> None:
    await process.call()
    end(process)
    process.clock.advance(seconds=8)
    assert await process.call() == "SessionEnded"


async def test_what_the_process_itself_ended_is_refused_at_once(process: Process) -> None:
    await process.call()
    process.ended.add([end(process)])
    assert await process.call() == "SessionEnded"
    assert await process.call(OTHER) == "fine"


async def test_all_callers_share_one_read_and_none_comes_before_three_seconds(process: Process) -> None:
    assert set(await asyncio.gather(*(process.call() for _ in range(100)))) == {"fine"}
    process.clock.advance(seconds=2.9)
    await asyncio.gather(*(process.call() for _ in range(100)))
    assert len(process.views.since) == 1
    process.clock.advance(seconds=0.1)
    await asyncio.gather(*(process.call() for _ in range(100)))
    assert len(process.views.since) == 2


async def test_later_reads_ask_for_what_ended_since_the_last_one_and_some_time_before(
    process: Process,
) -> None:
    await process.call()
    read_at = process.clock()
    process.clock.advance(minutes=10)
    await process.call()
    assert process.views.since == [None, read_at - module.OVERLAP]


async def test_while_the_database_is_away_what_is_known_counts_for_eight_seconds(process: Process) -> None:
    end(process, OTHER)
    await process.call()
    process.views.is_away = True
    for _ in range(7):
        process.clock.advance(seconds=1)
        assert await process.call() == "fine"
        assert await process.call(OTHER) == "SessionEnded"
    process.clock.advance(seconds=1)
    assert await process.call() == "ServiceUnavailable"
    process.views.is_away = False
    assert await process.call() == "fine"


async def test_a_process_that_never_reached_the_database_lets_no_caller_in(process: Process) -> None:
    process.views.is_away = True
    assert await process.call() == "ServiceUnavailable"


async def test_after_the_clock_was_set_back_it_is_read_at_once(process: Process) -> None:
    await process.call()
    process.clock.advance(hours=-1)
    end(process)
    assert await process.call() == "SessionEnded"
    assert await process.call(OTHER) == "fine"


async def test_an_ended_session_is_forgotten_when_its_last_token_has_expired(process: Process) -> None:
    end(process, lasting=timedelta(hours=1))
    assert await process.call() == "SessionEnded"
    process.tables.ended_sessions.clear()
    process.clock.advance(hours=1)
    await process.call(OTHER)
    assert await process.call() == "fine"  # its tokens are refused because they have expired


async def test_what_lasts_long_ends_with_the_session(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.001)
    waiting = asyncio.create_task(process.ended.wait_for_end(ONE, process.clock() + DAY))
    await until(lambda: process.views.since)
    process.views.is_away = True
    process.clock.advance(seconds=60)
    reads = len(process.views.since)
    await until(lambda: len(process.views.since) > reads + 1)
    assert not waiting.done()  # a database that is away ends no stream: its client could not come back
    process.views.is_away = False
    end(process)
    process.clock.advance(seconds=3)
    await asyncio.wait_for(waiting, LIMIT_SECONDS)


async def test_what_lasts_long_ends_when_the_token_expires(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.001)
    waiting = asyncio.create_task(process.ended.wait_for_end(ONE, process.clock() + DAY))
    await until(lambda: process.views.since)
    assert not waiting.done()
    process.clock.advance(days=1)
    await asyncio.wait_for(waiting, LIMIT_SECONDS)


async def test_any_number_of_those_that_wait_share_the_reads(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, require_open = 0, process.ended.require_open

    async def count_and_require_open(session_id: SessionId) -> None:
        nonlocal looks
        await require_open(session_id)
        looks += 1

    monkeypatch.setattr(module, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(process.ended, "require_open", count_and_require_open)
    expires_at = process.clock() + DAY
    waiting = [asyncio.create_task(process.ended.wait_for_end(ONE, expires_at)) for _ in range(100)]
    await until(lambda: looks > 2 * len(waiting))
    assert len(process.views.since) == 1
    process.clock.advance(days=1)
    async with asyncio.timeout(LIMIT_SECONDS):
        await asyncio.gather(*waiting)
