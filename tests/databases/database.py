"""A database of any kind, as the application sees it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.sql import (
    SqlAccountData,
    SqlClaims,
    SqlUnitOfWork,
    SqlViews,
    create_engine,
    create_reading_engine,
)
from application.ports.account_data import AccountData
from application.ports.claims import Claims
from application.ports.unit_of_work import UnitOfWorkFactory
from application.ports.views import Views
from doubles.memory import MemoryDatabase

PATIENCE = 60.0
"""Seconds to wait for a connection or a lock, so that a slow machine fails no test."""


@dataclass(frozen=True, kw_only=True)
class Database:
    unit_of_work: UnitOfWorkFactory
    views: Views
    account_data: AccountData
    claims: Claims
    engines: tuple[AsyncEngine, ...] = ()


def memory_database() -> Database:
    memory = MemoryDatabase(PATIENCE)
    return Database(
        unit_of_work=memory.unit_of_work,
        views=memory.views(),
        account_data=memory.account_data(),
        claims=memory.claims(),
    )


@asynccontextmanager
async def sql_database(url: str) -> AsyncIterator[Database]:
    """Open a database that has its schema."""
    writing, reading = (
        create_engine(url, pool_timeout=PATIENCE),
        create_reading_engine(url, pool_timeout=PATIENCE),
    )
    yield Database(
        unit_of_work=lambda: SqlUnitOfWork(writing),
        views=SqlViews(reading),
        account_data=SqlAccountData(reading),
        claims=SqlClaims(writing, reading),
        engines=(writing, reading),
    )
    await asyncio.gather(writing.dispose(), reading.dispose())
