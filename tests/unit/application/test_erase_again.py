"""Erasing again after a restore, by the log lines that the service wrote."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from application.operations.erase_again import EraseAgain, ErasedAgain
from application.security_events import record
from entrypoints.composition.log_lines import FORM, OneLineFormatter, add_log_context
from unit.application.world import World


@contextmanager
def log_lines() -> Iterator[io.StringIO]:
    """Give the lines that the service logs meanwhile, in its own form."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(OneLineFormatter(FORM))
    handler.addFilter(add_log_context)
    logger = logging.getLogger()
    before = logger.level, logger.handlers
    logger.setLevel(logging.INFO)
    logger.handlers = [
        handler
    ]  # alone, as in the service: an earlier one would leave its form of a traceback
    try:
        yield lines
    finally:
        logger.setLevel(before[0])
        logger.handlers = before[1]


@pytest.fixture
def erase_again(world: World) -> EraseAgain:
    return EraseAgain(world.account_erasure, world.erase)


async def count(world: World, name: str) -> int | None:
    """Return how many requests a user has, None for a user whose account is gone."""
    async with world.unit_of_work() as uow:
        user = await uow.users.find(f"{name}@example.org")
        return None if user is None else len(await uow.requests.lock_of_user(user.id))


async def test_what_the_service_has_logged_as_erased_is_erased_again(
    world: World, erase_again: EraseAgain
) -> None:
    ann, ben, eve = [await world.new_user(name) for name in ("ann", "ben", "eve")]
    requests = [await world.submit(user) for user in (ann, ben, ben, eve)]
    with log_lines() as lines:  # as the use cases log it
        record("account_erased", user=ann.id, sessions=1, files_are_left=False)
        record("erasure", user=ben.id, request=requests[1].id)
        record("erasure", user=eve.id, request=requests[3].id, results=2)
        record("login", user=eve.id)
    text = [f"api_1  | {line}" for line in lines.getvalue().splitlines(keepends=True)]
    assert len(text) == 4
    assert await erase_again(text) == ErasedAgain(accounts=1, requests=1)
    assert [await count(world, name) for name in ("ann", "ben", "eve")] == [None, 1, 1]
    assert await erase_again(text) == ErasedAgain(accounts=0, requests=0)


async def test_the_use_cases_log_what_is_understood(world: World, erase_again: EraseAgain) -> None:
    """Their lines name what is gone already, so nothing is left to be done; changed to others' ids, they act."""
    ann, ben = await world.new_user("ann"), await world.new_user("ben")
    one, other = await world.submit(ann), await world.submit(ben)
    with log_lines() as lines:
        await world.erase(ann.id, one.id)
        await world.account_erasure(ann.id)
    changed = [
        line.replace(one.id, other.id).replace(ann.id, ben.id)
        for line in lines.getvalue().splitlines()
        if "security" in line
    ]
    assert await erase_again(changed) == ErasedAgain(accounts=1, requests=1)


async def test_a_line_that_a_client_has_forged_erases_nothing(world: World, erase_again: EraseAgain) -> None:
    ann = await world.new_user("ann")
    with log_lines() as lines:
        record("account_erased", user=ann.id, sessions=1)
        real = lines.getvalue()
        logging.getLogger("access").info("GET /%s 404", real)
        logging.getLogger("access").info("GET /x\n%s", real)
        record("login", user=real)
        for text in (real, f"\n{real}"):
            error = ValueError(text)
            logging.getLogger("http").error("an unknown error", exc_info=error)
    forged = lines.getvalue().splitlines()[1:]
    assert len(forged) >= 5
    forged += [f"api_1  | {line}" for line in forged]
    assert await erase_again(forged) == ErasedAgain(accounts=0, requests=0)
    assert await count(world, "ann") == 0
