import unicodedata

import pytest

from application.accounts.log_in import LogInCommand
from application.accounts.sign_up import SignUpCommand
from application.errors import EmailTaken, WrongCredentials
from domain.errors import InvalidValue
from unit.application.world import DEVICE, HOME, PERSON, World


def log_in_command(email: str, password: str = "correct horse") -> LogInCommand:
    return LogInCommand(email=email, password=password, client_address=HOME, device=DEVICE)


def sign_up_command(email: str = "ann@example.org", password: str = "correct horse") -> SignUpCommand:
    return SignUpCommand(email=email, password=password, person=PERSON, client_address=HOME)


async def test_a_new_user_can_log_in_with_the_address_in_any_case(world: World) -> None:
    await world.new_user("ann")
    logged_in = await world.log_in(log_in_command(" ANN@example.org"))
    assert logged_in.email == "ann@example.org"
    assert logged_in.token == "token of ann@example.org"


async def test_an_address_can_sign_up_only_once(world: World) -> None:
    await world.new_user("ann")
    with pytest.raises(EmailTaken):
        await world.new_user("Ann")


async def test_an_unknown_address_is_refused_like_a_wrong_password_and_after_the_same_hashing(
    world: World,
) -> None:
    await world.new_user("ann")
    refusals = []
    for email in ("ann@example.org", "unknown@example.org"):
        with pytest.raises(WrongCredentials) as refused:
            await world.log_in(log_in_command(email, "wrong"))
        refusals.append(str(refused.value))
    assert refusals[0] == refusals[1]
    assert world.passwords.verified == ["hash of correct horse", None]


async def test_checking_an_address_accepts_a_free_one_and_refuses_a_taken_or_malformed_one(
    world: World,
) -> None:
    await world.require_free_email("ann@example.org", HOME)
    await world.new_user("ann")
    with pytest.raises(EmailTaken):
        await world.require_free_email("ANN@example.org", HOME)
    with pytest.raises(InvalidValue):
        await world.require_free_email("no address", HOME)


@pytest.mark.parametrize("first", ["NFC", "NFD"])
async def test_both_spellings_of_an_address_and_a_password_are_one_account(world: World, first: str) -> None:
    spellings = {form: unicodedata.normalize(form, "josé") for form in ("NFC", "NFD")}
    chosen, other = spellings.pop(first), spellings.popitem()[1]
    await world.sign_up(sign_up_command(f"{chosen}@example.org", chosen[3:] + " rides a horse"))
    with pytest.raises(EmailTaken):
        await world.new_user(other)
    password = other[3:] + " rides a horse"
    assert await world.log_in(log_in_command(f"{other}@example.org", password))


async def test_an_account_with_a_password_from_before_spellings_were_one_can_still_log_in(
    world: World,
) -> None:
    user = await world.new_user("ann")
    old = "cafe\u0301 au lait"
    async with world.unit_of_work() as uow:
        locked = await uow.users.lock(user.id)
        assert locked is not None
        locked.password_hash = await world.passwords.hash(old)
        await uow.users.save(locked)
        await uow.commit()
    assert await world.log_in(log_in_command("ann@example.org", old))


@pytest.mark.parametrize("password", ["PassWord", "password123"])
async def test_a_password_that_is_guessed_first_cannot_be_chosen(world: World, password: str) -> None:
    with pytest.raises(InvalidValue, match="guessed"):
        await world.sign_up(sign_up_command(password=password))


async def test_a_sign_up_that_is_refused_for_its_values_does_not_count_against_its_address(
    world: World,
) -> None:
    for _ in range(100):
        with pytest.raises(InvalidValue):
            await world.sign_up(sign_up_command(password="short"))
    assert await world.new_user("ann")
