"""What is special about the database in memory."""

import pytest

from application.errors import ServiceUnavailable
from databases.database import memory_database
from databases.examples import submitted
from domain.ids import UserId
from doubles.memory import MemoryDatabase


async def test_saving_a_generation_that_was_not_locked_is_an_error() -> None:
    database = memory_database()
    _, generation = await submitted(database)
    async with database.unit_of_work() as uow:
        with pytest.raises(RuntimeError, match="without having been locked"):
            await uow.generations.save(generation)


async def test_waiting_for_a_lock_that_is_never_released_ends() -> None:
    database = MemoryDatabase(patience=0.01)
    async with database.unit_of_work() as first, database.unit_of_work() as second:
        await first.users.lock(UserId("unknown"))
        with pytest.raises(ServiceUnavailable):
            await second.users.lock(UserId("unknown"))
