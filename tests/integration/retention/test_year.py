"""Over a year, what is due is gone within a sweep, what is not due is there, and what was said beforehand is true."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.sql import upgrade
from databases.database import Database, memory_database, sql_database
from integration.retention.expected import DAY
from integration.retention.promises import kept_promises
from integration.retention.year import NOTHING_IS_SWEPT, WORKERS_ARE_AWAY, Year

ACCOUNTS = 50
DAYS = 365
DAYS_ON_A_SERVER = 120
"""Enough for each rule once; a whole year of round trips would take many minutes."""
HAPPENED_AT_LEAST = {
    "account erased": 20,
    "guest erased": 20,
    "guest signed up": 20,
    "user came back": 5,
    "promise came true or was changed": 1000,
}
"""So that the test does not pass because nothing happens."""


@pytest.fixture(params=["memory", "sqlite", "mysql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "memory":
        yield memory_database()
        return
    is_mysql = request.param == "mysql"
    url = request.getfixturevalue("mysql_database").url if is_mysql else f"sqlite:///{tmp_path / 'test.db'}"
    await asyncio.to_thread(upgrade, url)
    async with sql_database(url) as database:
        yield database


async def test_what_is_due_is_gone_what_is_not_is_there_and_what_was_said_is_true(
    request: pytest.FixtureRequest, database: Database, tmp_path: Path
) -> None:
    is_whole_year = "mysql" not in request.node.name
    year = Year(database, tmp_path, seed=10)
    for _ in range(ACCOUNTS):
        await year.sign_up()
    days = DAYS if is_whole_year else DAYS_ON_A_SERVER
    for day in range(days):
        morning = year.clock.now.replace(hour=3, minute=4)
        await live_a_day(year, day)
        assert year.clock.now < morning + DAY
        year.clock.now = morning + DAY
        if day in NOTHING_IS_SWEPT:
            continue
        await year.sweep()
        await year.require_what_is_expected()
        said = len(year.promises)
        year.promises = kept_promises(year.promises, year.kept, year.clock())
        year.happened["promise came true or was changed"] += said - len(year.promises)
        if day % 30 == 0:
            await year.require_results()
    await year.require_results()
    for what, least in HAPPENED_AT_LEAST.items() if is_whole_year else ():
        assert year.happened[what] >= least, year.happened


async def live_a_day(year: Year, day: int) -> None:
    users = list(year.kept.users.values())
    for user in year.random.sample(users, len(users)):
        year.clock.advance(seconds=year.random.randint(1, 300))
        if user.email is None and year.random.random() < 0.4:
            await year.keep_guest(user)
        elif user.email is not None and year.random.random() < year.busyness[user.id]:
            await year.visit(user)
        if year.random.random() < 0.1:
            await year.note_what_is_said(user)
    if day not in WORKERS_ARE_AWAY:
        await year.work()
    if year.random.random() < 0.3:
        await year.sign_up(guest=True)
