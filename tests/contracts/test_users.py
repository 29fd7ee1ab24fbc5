"""What every `UserRepository` promises."""

import asyncio

import pytest

from application.errors import EmailTaken
from databases.database import Database
from databases.examples import new_user, stored_user
from domain.ids import UserId

NO_IDS = ("", "0" * 32, "é" * 32, "x" * 5000, "' OR '1'='1", "\x00", "%", "0" * 31 + "😀")


async def test_a_user_is_read_as_it_was_saved(database: Database) -> None:
    user = await stored_user(database)
    assert user.email
    async with database.unit_of_work() as uow:
        for found in (
            await uow.users.get(user.id),
            await uow.users.find(user.email),
            await uow.users.lock(user.id),
        ):
            assert found is not None
            assert vars(found) == vars(user)


@pytest.mark.parametrize("unknown", NO_IDS, ids=range(len(NO_IDS)))
async def test_an_unknown_id_or_address_is_none(database: Database, unknown: str) -> None:
    await stored_user(database)
    async with database.unit_of_work() as uow:
        assert await uow.users.get(UserId(unknown)) is None
        assert await uow.users.lock(UserId(unknown)) is None
        assert await uow.users.find(unknown) is None


async def test_a_taken_address_is_refused_at_once(database: Database) -> None:
    user = await stored_user(database)
    async with database.unit_of_work() as uow:
        with pytest.raises(EmailTaken):
            await uow.users.add(new_user(user.email))


async def test_addresses_that_differ_in_an_accent_belong_to_two_users(database: Database) -> None:
    with_accent, without = new_user("josé@example.org"), new_user("jose@example.org")
    async with database.unit_of_work() as uow:
        await uow.users.add(with_accent)
        await uow.users.add(without)
        await uow.commit()
    async with database.unit_of_work() as uow:
        found = await uow.users.find("jose@example.org")
    assert found is not None
    assert found.id == without.id


async def test_of_many_users_who_sign_up_with_one_address_at_once_one_succeeds(database: Database) -> None:
    email = "wanted@example.org"

    async def sign_up() -> None:
        async with database.unit_of_work() as uow:
            await uow.users.add(new_user(email))
            await uow.commit()

    outcomes = await asyncio.gather(*(sign_up() for _ in range(8)), return_exceptions=True)
    assert [outcome for outcome in outcomes if outcome is None] == [None]
    assert len([outcome for outcome in outcomes if isinstance(outcome, EmailTaken)]) == 7


async def test_an_address_is_free_again_after_a_sign_up_that_was_rolled_back(database: Database) -> None:
    email = "undone@example.org"
    async with database.unit_of_work() as uow:
        await uow.users.add(new_user(email))
    async with database.unit_of_work() as uow:
        await uow.users.add(new_user(email))
        await uow.commit()
    async with database.unit_of_work() as uow:
        assert await uow.users.find(email) is not None
