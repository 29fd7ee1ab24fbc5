"""What the database in memory is stricter about than a real one."""

import pytest

from application.errors import ServiceUnavailable
from databases.database import memory_database
from databases.examples import submitted
from domain.ids import UserId
from doubles.memory import MemoryDatabase


async def test_what_was_not_locked_must_not_be_saved() -> None:
    database = memory_database()
    _, generation = await submitted(database)
    async with database.unit_of_work() as uow:
        with pytest.raises(RuntimeError, match="without having been locked"):
            await uow.generations.save(generation)


async def test_a_lock_that_never_comes_free_is_given_up() -> None:
    database = MemoryDatabase(patience=0.01)
    async with database.unit_of_work() as first, database.unit_of_work() as second:
        await first.users.lock(UserId("unknown"))
        with pytest.raises(ServiceUnavailable):
            await second.users.lock(UserId("unknown"))
