"""Throttles of logging in, signing up and checking addresses."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from pathlib import Path

import pytest

from application.accounts.log_in import LogInCommand
from application.accounts.sign_up import SignUpCommand
from application.errors import EmailTaken, HashingBusy, ServiceUnavailable, TooManyTries, WrongCredentials
from domain.throttling import ThrottleLimits
from unit.application.world import DEVICE, HOME, PERSON, World

ELSEWHERE, THIRD = "198.51.100.7", "203.0.113.9"
RIGHT, WRONG = "correct horse", "wrong horse"


@pytest.fixture
def unlimited(tmp_path: Path) -> World:
    limits = ThrottleLimits(
        wrong_passwords=0,
        wrong_passwords_per_address=0,
        sign_ups_an_hour=0,
        email_checks_an_hour=0,
        guests_an_hour=0,
        resets_an_hour=0,
    )
    return World(tmp_path, throttle_limits=limits)


async def attempt(world: World, name: str = "ann", password: str = WRONG, address: str = ELSEWHERE) -> str:
    command = LogInCommand(
        email=f"{name}@example.org", password=password, client_address=address, device=DEVICE
    )
    return await outcome(world.log_in(command))


async def outcome(work: Awaitable[object]) -> str:
    try:
        await work
    except (TooManyTries, WrongCredentials, EmailTaken, HashingBusy) as error:
        return type(error).__name__
    return "fine"


async def guess_for(world: World, seconds: int, address: str = ELSEWHERE, name: str = "ann") -> int:
    """Guess every second, and return how many guesses were looked at."""
    looked_at = 0
    for _ in range(seconds):
        looked_at += await attempt(world, name, address=address) == "WrongCredentials"
        world.clock.advance(seconds=1)
    return looked_at


async def test_of_three_hundred_guesses_at_once_those_that_are_free_are_looked_at(world: World) -> None:
    await world.new_user("ann")
    outcomes = Counter(await asyncio.gather(*(attempt(world) for _ in range(300))))
    assert outcomes == {"WrongCredentials": 3, "TooManyTries": 297}
    assert len(world.passwords.verified) == 3


async def test_an_unknown_account_is_throttled_like_a_known_one(world: World) -> None:
    await world.new_user("ann")
    known = [await attempt(world, "ann") for _ in range(6)]
    assert known == [await attempt(world, "unknown", address=THIRD) for _ in range(6)]


async def test_at_most_twenty_wrong_passwords_of_one_account_are_looked_at_in_a_quarter_of_an_hour(
    world: World,
) -> None:
    await world.new_user("ann")
    looked_at = 0
    for second in range(900):
        for address in (ELSEWHERE, HOME, f"203.0.113.{second % 250}"):
            looked_at += await attempt(world, address=address) == "WrongCredentials"
        world.clock.advance(seconds=1)
    assert looked_at == 20


async def test_the_refusal_says_when_the_next_try_is_looked_at(world: World) -> None:
    await world.new_user("ann")
    for _ in range(3):
        await attempt(world)
    world.clock.advance(seconds=0.5)
    with pytest.raises(
        TooManyTries, match=r"^Too many wrong passwords\. Try again in 4 seconds\.$"
    ) as refused:
        await world.log_in(
            LogInCommand(email="ann@example.org", password=RIGHT, client_address=ELSEWHERE, device=DEVICE)
        )
    world.clock.advance(seconds=refused.value.seconds - 1)
    assert await attempt(world, password=RIGHT) == "TooManyTries"
    world.clock.advance(seconds=1)
    assert await attempt(world, password=RIGHT) == "fine"


async def test_while_others_guess_the_user_gets_in_from_where_the_last_good_login_came(world: World) -> None:
    await world.new_user("ann")
    await guess_for(world, 300)
    assert await attempt(world, password=RIGHT, address=HOME) == "fine"
    assert await attempt(world, password=RIGHT, address=THIRD) == "TooManyTries"


async def test_a_login_from_another_address_makes_it_the_one_of_the_last_good_login(world: World) -> None:
    await world.new_user("ann")
    assert await attempt(world, password=RIGHT, address=THIRD) == "fine"
    await guess_for(world, 300)
    assert await attempt(world, password=RIGHT, address=THIRD) == "fine"
    assert await attempt(world, password=RIGHT, address=HOME) == "TooManyTries"


async def test_in_ipv6_the_user_gets_in_from_the_same_network(world: World) -> None:
    await world.new_user("ann")
    assert await attempt(world, password=RIGHT, address="2001:db8:1:2::3") == "fine"
    await guess_for(world, 60, address="2001:db8:1:3::3")
    assert await attempt(world, password=RIGHT, address="2001:db8:1:2:aaaa::") == "fine"


async def test_a_good_login_forgets_the_wrong_passwords_before_it(world: World) -> None:
    await world.new_user("ann")
    for _ in range(10):
        assert [await attempt(world, address=HOME) for _ in range(2)] == ["WrongCredentials"] * 2
        assert await attempt(world, password=RIGHT, address=HOME) == "fine"


async def test_a_good_login_elsewhere_does_not_give_those_who_guess_more_tries(world: World) -> None:
    await world.new_user("ann")
    looked_at = 0
    for second in range(900):
        looked_at += await attempt(world) == "WrongCredentials"
        await attempt(world, password=RIGHT, address=(THIRD, HOME)[second % 2])
        world.clock.advance(seconds=1)
    assert looked_at <= 10


async def test_guesses_for_one_account_leave_logins_of_others_from_that_address_alone(world: World) -> None:
    await world.new_user("ann")
    await world.new_user("ben")
    await asyncio.gather(*(attempt(world, "ann") for _ in range(300)))
    assert await attempt(world, "ben", RIGHT) == "fine"


async def test_guesses_for_many_accounts_are_throttled_by_their_address(world: World) -> None:
    names = [f"user-{number}" for number in range(30)]
    outcomes = Counter([await attempt(world, name) for name in names])
    assert outcomes == {"WrongCredentials": 20, "TooManyTries": 10}
    assert await attempt(world, names[-1], address=THIRD) == "WrongCredentials"


async def test_a_user_whose_last_good_login_came_from_an_address_is_not_held_up_by_others_there(
    world: World,
) -> None:
    await world.new_user("ann")
    for number in range(30):
        await attempt(world, f"user-{number}", address=HOME)
    assert await attempt(world, "ann", RIGHT, HOME) == "fine"


async def test_good_logins_do_not_count_against_their_address(world: World) -> None:
    for number in range(50):
        await world.new_user(f"user-{number}")
    assert {await attempt(world, f"user-{number}", RIGHT) for number in range(50)} == {"fine"}


async def test_a_try_that_found_no_room_for_hashing_does_not_count(world: World) -> None:
    await world.new_user("ann")
    world.passwords.busy = True
    assert {await attempt(world) for _ in range(50)} == {"HashingBusy"}
    world.passwords.busy = False
    assert [await attempt(world) for _ in range(4)] == ["WrongCredentials"] * 3 + ["TooManyTries"]


async def test_a_sign_up_that_found_no_room_for_hashing_does_not_count(world: World) -> None:
    command = SignUpCommand(
        email="ann@example.org", password="correct horse", person=PERSON, client_address=ELSEWHERE
    )
    world.passwords.busy = True
    assert {await outcome(world.sign_up(command)) for _ in range(100)} == {"HashingBusy"}
    world.passwords.busy = False
    assert await outcome(world.sign_up(command)) == "fine"


async def test_a_refusal_is_repeated_without_a_look_into_the_database(world: World) -> None:
    await world.new_user("ann")
    for _ in range(4):
        await attempt(world)
    world.take_the_database_away(times=100)
    assert {await attempt(world) for _ in range(100)} == {"TooManyTries"}
    world.clock.advance(seconds=4)
    with pytest.raises(ServiceUnavailable):
        await attempt(world)


async def test_sixty_sign_ups_an_hour_are_allowed_from_one_address(world: World) -> None:
    outcomes = [await outcome(world.new_user(f"user-{number}")) for number in range(61)]
    assert outcomes == ["fine"] * 60 + ["TooManyTries"]
    world.clock.advance(hours=1)
    assert await outcome(world.new_user("later")) == "fine"


async def test_of_many_checks_of_addresses_at_once_those_of_an_hour_are_answered(world: World) -> None:
    await world.new_user("ann")
    checks = (world.require_free_email("ann@example.org", ELSEWHERE) for _ in range(150))
    outcomes = Counter(await asyncio.gather(*map(outcome, checks)))
    assert outcomes == {"EmailTaken": 120, "TooManyTries": 30}
    assert await outcome(world.require_free_email("ann@example.org", THIRD)) == "EmailTaken"


async def test_a_limit_of_zero_is_none(unlimited: World) -> None:
    await unlimited.new_user("ann")
    for number in range(100):
        assert await attempt(unlimited) == "WrongCredentials"
        assert await outcome(unlimited.require_free_email(f"{number}@example.org", HOME)) == "fine"
        assert await outcome(unlimited.new_user(f"user-{number}")) == "fine"
    assert await attempt(unlimited, password=RIGHT) == "fine"
    assert await attempt(unlimited, password=RIGHT) == "fine"


async def test_throttles_are_forgotten_when_they_hold_nothing_back_any_more(world: World) -> None:
    await attempt(world)
    world.clock.advance(hours=20)
    await attempt(world, "ben", address=THIRD)
    world.clock.advance(hours=5)
    assert await world.forget_throttles() == 2
    world.clock.advance(minutes=59)
    assert await world.forget_throttles() == 0  # not again within the hour
    world.clock.advance(hours=30)
    assert await world.forget_throttles() == 2
