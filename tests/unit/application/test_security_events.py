"""Security events are records of their own."""

import logging
from dataclasses import replace

import pytest

from application.accounts.log_in import LogInCommand
from application.errors import TooManyTries, WrongCredentials
from application.security_events import record
from databases.examples import QUOTAS
from unit.application.world import DEVICE, HOME, World

ELSEWHERE = "198.51.100.7"


def recorded(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(one.name, one.getMessage()) for one in caplog.records]


def test_an_event_is_a_record_of_the_security_logger(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    record("login", user="01a2-b3", tries=2)
    assert recorded(caplog) == [("security", "event=login user=01a2-b3 tries=2")]


def test_no_value_can_begin_another_line_or_another_fact(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    record("login", user="x\nevent=login user=%s", empty="", fact="a b=c", quote='"')
    assert recorded(caplog) == [
        ("security", r'event=login user="x\nevent=login user=%s" empty="" fact="a b=c" quote="\""')
    ]


async def test_accounts_and_erasures_leave_events_that_hold_no_address_and_no_password(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "security")
    user = await world.new_user("ann")
    await world.log_in(
        LogInCommand(email="ann@example.org", password="correct horse", client_address=HOME, device=DEVICE)
    )
    guess = LogInCommand(
        email="ann@example.org", password="wrong horse", client_address=ELSEWHERE, device=DEVICE
    )
    for one in (replace(guess, email="unknown@example.org"), guess, guess, guess):
        with pytest.raises(WrongCredentials):
            await world.log_in(one)
    with pytest.raises(TooManyTries):
        await world.log_in(guess)
    request = await world.submit(user)
    for _ in range(QUOTAS.results):
        await world.run()
        await world.regenerate(user.id, request.id)
    await world.erase(user.id, request.id)
    assert [message for name, message in recorded(caplog) if name == "security"] == [
        f"event=sign_up user={user.id}",
        f"event=login user={user.id}",
        "event=login_failed user=-",
        *[f"event=login_failed user={user.id}"] * 3,
        f"event=lockout user={user.id} seconds=4",
        f"event=erasure user={user.id} request={request.id} results=1",
        f"event=erasure user={user.id} request={request.id}",
    ]
