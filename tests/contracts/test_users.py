"""What every `UserRepository` promises."""

import asyncio

import pytest

from application.errors import EmailTaken
from databases.database import Database
from databases.examples import NOON, new_user, stored_user
from domain.ids import UserId
from domain.user import GUEST_STAYS, User
from domain.voice import Gender, Person

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


async def test_of_many_ids_those_of_users_are_told(database: Database) -> None:
    ann, ben = await stored_user(database), await stored_user(database)
    await stored_user(database)
    async with database.unit_of_work() as uow:
        assert await uow.users.existing({ann.id, ben.id, UserId("0" * 32)}) == {ann.id, ben.id}
        assert await uow.users.existing({UserId("0" * 32)}) == set()


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


def new_guest() -> User:
    return User.begin_as_guest(Person(34, Gender.WOMAN), NOON, NOON + GUEST_STAYS)


async def stored_guest(database: Database) -> User:
    guest = new_guest()
    async with database.unit_of_work() as uow:
        await uow.users.add(guest)
        await uow.commit()
    return guest


async def sign_up_as_guest(database: Database, guest: User, email: str) -> None:
    async with database.unit_of_work() as uow:
        locked = await uow.users.lock(guest.id)
        assert locked is not None
        locked.sign_up_as_guest(email, "hash", NOON)
        await uow.users.save(locked)
        await uow.commit()


async def test_any_number_of_guests_have_no_address(database: Database) -> None:
    guests = [await stored_guest(database) for _ in range(3)]
    async with database.unit_of_work() as uow:
        for guest in guests:
            found = await uow.users.get(guest.id)
            assert found is not None
            assert vars(found) == vars(guest)


async def test_a_guest_takes_an_address_and_is_found_by_it(database: Database) -> None:
    guest = await stored_guest(database)
    await sign_up_as_guest(database, guest, "guest@example.org")
    async with database.unit_of_work() as uow:
        found = await uow.users.find("guest@example.org")
    assert found is not None
    assert (found.id, found.erase_at, found.created_at) == (guest.id, None, NOON)


async def test_a_guest_is_refused_a_taken_address_at_once(database: Database) -> None:
    user, guest = await stored_user(database), await stored_guest(database)
    assert user.email
    async with database.unit_of_work() as uow:
        locked = await uow.users.lock(guest.id)
        assert locked is not None
        locked.sign_up_as_guest(user.email, "hash", NOON)
        with pytest.raises(EmailTaken):
            await uow.users.save(locked)
    async with database.unit_of_work() as uow:
        found = await uow.users.get(guest.id)
    assert found is not None
    assert found.is_guest


async def test_of_many_guests_who_take_one_address_at_once_one_gets_it(database: Database) -> None:
    guests = [await stored_guest(database) for _ in range(6)]
    outcomes = await asyncio.gather(
        *(sign_up_as_guest(database, guest, "wanted-by-guests@example.org") for guest in guests),
        return_exceptions=True,
    )
    assert outcomes.count(None) == 1
    assert len([one for one in outcomes if isinstance(one, EmailTaken)]) == 5
