"""Quotas that many calls at once compete for, on MySQL, through the connection pools of two processes."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.sql import upgrade
from contracts.hostile_client import HostileClient
from databases.database import sql_database
from databases.examples import NOON, QUOTAS, stored_user
from domain.errors import QuotaExceeded
from domain.quotas import Quotas
from real_servers import MySqlDatabase

FEW = replace(QUOTAS, open_requests=0, requests_a_day=7)
LITTLE_DRAWING = replace(QUOTAS, open_requests=0, requests_a_day=0, drawing_seconds_a_day=5 * 600)
LITTLE_STORAGE = replace(
    QUOTAS, open_requests=0, requests_a_day=0, drawing_seconds_a_day=0, stored_bytes=12_000
)
MANY = 40


@pytest.fixture
async def client(
    mysql_database: MySqlDatabase, tmp_path: Path, quotas: Quotas
) -> AsyncIterator[HostileClient]:
    """A user whose calls go to two processes in turns."""
    await asyncio.to_thread(upgrade, mysql_database.url)
    async with sql_database(mysql_database.url) as one, sql_database(mysql_database.url) as other:
        processes = itertools.cycle((one, other))
        both = replace(one, unit_of_work=lambda: next(processes).unit_of_work())
        client = HostileClient(both, quotas, tmp_path, 1, NOON)
        client.user = await stored_user(one)
        yield client


async def refusals(calls: Iterable[Awaitable[None]]) -> int:
    """Make all calls at once, and return how many a quota refuses."""
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    refused = [one for one in outcomes if isinstance(one, QuotaExceeded)]
    assert all(one is None or one in refused for one in outcomes), outcomes
    return len(refused)


@pytest.mark.parametrize(("quotas", "accepted"), [(FEW, 7), (LITTLE_DRAWING, 5)], ids=["requests", "drawing"])
async def test_of_forty_submissions_at_once_exactly_as_many_are_accepted_as_the_day_allows(
    client: HostileClient, accepted: int
) -> None:
    assert await refusals(client.submission() for _ in range(MANY)) == MANY - accepted
    assert len(client.queued) == (await client.usage()).requests == accepted


@pytest.mark.parametrize("quotas", [LITTLE_STORAGE], ids=["storage"])
async def test_submissions_and_faces_at_once_compete_for_the_room_and_never_take_more(
    client: HostileClient,
) -> None:
    for _ in range(2):
        await refusals(client.submission() for _ in range(6))
        waiting = [one for one in await client.generations() if not one.state.is_final]
        runs = [client.run_generation() for _ in waiting]
        await refusals([*runs, *(client.submission() for _ in range(8))])
        await client.check()
    assert await client.stored_bytes() > LITTLE_STORAGE.stored_bytes / 2


@pytest.mark.parametrize("quotas", [FEW], ids=["requests"])
async def test_making_faces_again_at_once_and_erasing_passes_no_quota(client: HostileClient) -> None:
    await client.submission()
    (request_id,) = client.requests
    for _ in range(FEW.requests_a_day + 1):
        while [one for one in await client.generations() if not one.state.is_final]:
            client.clock.advance(minutes=1)
            await client.run_generation()
        await asyncio.gather(*(client.regeneration(request_id) for _ in range(4)), return_exceptions=True)
    assert len(client.queued) == FEW.requests_a_day
    await client.erasure(request_id)
    assert await refusals(client.submission() for _ in range(4)) == 4
