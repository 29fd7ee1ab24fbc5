"""Password hashes by Argon2."""

import asyncio
import os
import threading
import time

import pytest

from adapters.auth.passwords import Argon2Passwords


@pytest.fixture(scope="module")
def passwords() -> Argon2Passwords:
    return Argon2Passwords(most_waiting=0)


async def test_only_the_right_password_is_verified_against_a_hash(passwords: Argon2Passwords) -> None:
    hashed = await passwords.hash("correct horse")
    assert await passwords.verify(hashed, "correct horse")
    assert not await passwords.verify(hashed, "wrong horse")


async def test_a_hash_is_salted_argon2id_with_its_parameters(passwords: Argon2Passwords) -> None:
    first, second = await passwords.hash("same"), await passwords.hash("same")
    assert first != second
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_no_password_is_right_for_an_unknown_user(passwords: Argon2Passwords) -> None:
    assert not await passwords.verify(None, "anything")


async def test_verifying_takes_as_long_for_an_unknown_user_as_for_a_known_one(
    passwords: Argon2Passwords,
) -> None:
    hashed = await passwords.hash("correct horse")

    async def least_work(password_hash: str | None) -> float:
        times = []
        for _ in range(5):
            start = time.process_time()
            await passwords.verify(password_hash, "wrong horse")
            times.append(time.process_time() - start)
        return min(times)

    known, unknown = await least_work(hashed), await least_work(None)
    assert 0.5 < unknown / known < 2


async def test_hashing_leaves_the_event_loop_free(passwords: Argon2Passwords) -> None:
    hashing = asyncio.gather(*(passwords.hash(f"password {number}") for number in range(4)))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 50


async def test_hashing_runs_at_a_lower_priority_than_the_rest(passwords: Argon2Passwords) -> None:
    await passwords.hash("correct horse")
    threads = [thread for thread in threading.enumerate() if thread.name.startswith("argon2")]
    assert threads
    for thread in threads:
        assert thread.native_id is not None
        assert os.getpriority(os.PRIO_PROCESS, thread.native_id) > os.getpriority(os.PRIO_PROCESS, 0)
