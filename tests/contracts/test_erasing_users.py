"""What every repository promises about erasing all that is of one user."""

import asyncio

import pytest
from sqlalchemy import select

from adapters.sql.models import Base, ConsentRow, MailLinkRow
from application.errors import AccountGone
from application.ports.account_repositories import RemovedRows
from application.ports.unit_of_work import UnitOfWork
from databases.database import Database
from databases.examples import HOUR, NOON, finished, new_user, stored_user, submitted
from databases.statements import recorded_statements
from domain.feedback import Survey
from domain.ids import UserId
from domain.session import Device, Session, SessionLifetimes
from domain.user import User

LIFETIMES = SessionLifetimes(token=HOUR, access=HOUR, unused=HOUR)
DEVICE = Device(name="Firefox on Linux", address="192.0.2.0")
on_databases = pytest.mark.parametrize("database_url", ["sqlite", "mysql"], indirect=True)


async def active(database: Database, requests: int = 2) -> User:
    """Store a user with a row in each table."""
    user = await stored_user(database)
    for _ in range(requests):
        request, generation = await submitted(database, user)
        await finished(database, generation)
        async with database.unit_of_work() as uow:
            await uow.users.lock(user.id)
            locked = await uow.requests.lock(user.id, request.id)
            assert locked is not None
            await uow.usages.add(user.id, generation, 600)
            await uow.generations.add(locked.regenerate(generation, NOON))
            await uow.generations.lock(generation.id)
            await uow.surveys.save(Survey.answer(generation.id, {"opinion": "good"}, NOON))
            await uow.sessions.add(Session.begin(user.id, DEVICE, LIFETIMES, NOON, refreshed=True))
            await uow.commit()
    return user


async def erase(uow: UnitOfWork, user: User) -> RemovedRows:
    await uow.users.lock(user.id)
    await uow.sessions.lock_of_user(user.id)
    await uow.requests.lock_of_user(user.id)
    await uow.generations.lock_of_user(user.id)
    return await uow.users.remove(user)


async def test_all_requests_and_generations_of_a_user_and_of_no_other_are_locked(database: Database) -> None:
    user, _ = await active(database), await active(database)
    async with database.unit_of_work() as uow:
        requests = await uow.requests.lock_of_user(user.id)
        generations = await uow.generations.lock_of_user(user.id)
    assert [one.id for one in requests] == sorted(view.id for view in await database.views.requests(user.id))
    assert {one.request_id for one in generations} == {one.id for one in requests}
    assert (len(requests), len(generations)) == (2, 4)
    async with database.unit_of_work() as uow:
        assert list(await uow.requests.lock_of_user(UserId("unknown"))) == []
        assert list(await uow.generations.lock_of_user(UserId("unknown"))) == []


async def test_a_user_is_erased_with_all_that_is_theirs_and_nothing_of_others(database: Database) -> None:
    user, other = await active(database), await active(database)
    before = await database.views.requests(other.id)
    async with database.unit_of_work() as uow:
        assert (await erase(uow, user)).surveys == 2
        await uow.commit()
    assert await database.views.requests(user.id) == []
    assert await database.views.requests(other.id) == before
    async with database.unit_of_work() as uow:
        assert await uow.users.get(user.id) is None
        assert (await uow.usages.of(user.id, NOON - HOUR)).requests == 0
        assert (await uow.usages.of(other.id, NOON - HOUR)).requests == 2
        assert await uow.users.get(other.id) is not None


async def test_the_address_of_an_erased_user_is_free(database: Database) -> None:
    user = await active(database)
    async with database.unit_of_work() as uow:
        await erase(uow, user)
        await uow.users.add(new_user(user.email))
        await uow.commit()


@on_databases
async def test_no_table_has_a_row_of_an_erased_user(database: Database) -> None:
    user, _ = await active(database), await active(database)
    engine = database.engines[0]
    async with engine.begin() as connection:
        await connection.execute(
            MailLinkRow.__table__.insert().values(  # type: ignore[attr-defined]
                id="1", user_id=user.id, purpose="reset", address=user.email, expires_at=NOON
            )
        )
        await connection.execute(
            ConsentRow.__table__.insert().values(id="2", user_id=user.id, agreed_at=NOON)  # type: ignore[attr-defined]
        )
    async with database.unit_of_work() as uow:
        assert await erase(uow, user) == RemovedRows(consents=1, surveys=2)
        await uow.commit()
    tables = Base.metadata.tables
    async with engine.connect() as connection:
        for table in tables.values():
            if "user_id" in table.columns:
                owners = set(await connection.scalars(select(table.c.user_id)))
                assert user.id not in owners, table.name
        for name, kept in (("generations", 4), ("surveys", 2)):
            assert len((await connection.scalars(select(tables[name].c.id))).all()) == kept


@on_databases
@pytest.mark.parametrize("requests", [1, 6])
async def test_erasing_a_user_costs_the_same_statements_for_any_number_of_requests(
    database: Database, requests: int
) -> None:
    user = await active(database, requests)
    with recorded_statements(*database.engines) as statements:
        async with database.unit_of_work() as uow:
            await erase(uow, user)
            await uow.commit()
    assert [statement.split()[0] for statement in statements] == [*["SELECT"] * 4, *["DELETE"] * 5]


@on_databases
async def test_a_row_for_a_user_who_was_erased_meanwhile_is_refused_as_of_an_account_that_is_gone(
    database: Database,
) -> None:
    user = await stored_user(database)
    session = Session.begin(user.id, DEVICE, LIFETIMES, NOON, refreshed=True)

    async def begin_without_a_lock() -> None:
        async with database.unit_of_work() as uow:
            await uow.sessions.add(session)
            await uow.commit()

    async with database.unit_of_work() as uow:
        await erase(uow, user)
        late = asyncio.create_task(begin_without_a_lock())
        await asyncio.wait({late}, timeout=0.2)
        await uow.commit()
    with pytest.raises(AccountGone):
        await late
