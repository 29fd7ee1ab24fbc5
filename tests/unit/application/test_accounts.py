import pytest

from application.accounts.log_in import LogInCommand
from application.accounts.sign_up import RequireFreeEmail
from application.errors import EmailTaken, WrongCredentials
from domain.errors import InvalidValue
from unit.application.world import World


async def test_a_new_user_can_log_in_with_the_address_in_any_case(world: World) -> None:
    await world.new_user("ann")
    logged_in = await world.log_in(LogInCommand(email=" ANN@example.org", password="correct horse"))
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
            await world.log_in(LogInCommand(email=email, password="wrong"))
        refusals.append(str(refused.value))
    assert refusals[0] == refusals[1]
    assert world.passwords.verified == ["hash of correct horse", None]


async def test_checking_an_address_accepts_a_free_one_and_refuses_a_taken_or_malformed_one(
    world: World,
) -> None:
    require_free = RequireFreeEmail(world.unit_of_work)
    await require_free("ann@example.org")
    await world.new_user("ann")
    with pytest.raises(EmailTaken):
        await require_free("ANN@example.org")
    with pytest.raises(InvalidValue):
        await require_free("no address")
