"""The quota under a rush, from two processes' pools at once."""

import asyncio
import itertools

from adapters.sql import upgrade
from databases.database import Database, sql_database
from databases.things import a_request, somebody
from domain.errors import QuotaExceeded
from domain.face_request import MOST_OPEN_REQUESTS, require_room
from domain.user import User
from real_servers import MySqlDatabase

RUSH = 200
ROUNDS = 5


async def submit(database: Database, user: User) -> None:
    request, generation = a_request(user)
    async with database.unit_of_work() as uow:
        await uow.users.lock(user.id)
        require_room(await uow.requests.count_open(user.id))
        await uow.requests.add(request)
        await uow.generations.add(generation)
        await uow.commit()


async def test_two_hundred_submits_at_once_leave_exactly_the_quota(mysql_database: MySqlDatabase) -> None:
    await asyncio.to_thread(upgrade, mysql_database.url)
    async with sql_database(mysql_database.url) as one, sql_database(mysql_database.url) as other:
        for _ in range(ROUNDS):
            user = await somebody(one)
            processes = itertools.islice(itertools.cycle((one, other)), RUSH)
            outcomes = await asyncio.gather(
                *(submit(each, user) for each in processes), return_exceptions=True
            )
            accepted = [outcome for outcome in outcomes if outcome is None]
            refused = [outcome for outcome in outcomes if isinstance(outcome, QuotaExceeded)]
            assert (len(accepted), len(refused)) == (MOST_OPEN_REQUESTS, RUSH - MOST_OPEN_REQUESTS)
            assert len(await one.views.requests(user.id)) == MOST_OPEN_REQUESTS
