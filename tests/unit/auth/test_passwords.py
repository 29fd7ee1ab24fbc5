"""Password hashes by Argon2."""

import asyncio
import os
import threading
import time

import pytest
from argon2 import PasswordHasher

from adapters.auth.passwords import Argon2Passwords
from application.errors import HashingBusy

LIMIT_SECONDS = 60


@pytest.fixture(scope="module")
def passwords() -> Argon2Passwords:
    return Argon2Passwords(most_waiting=0, cores=2)


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


async def test_the_whole_of_a_long_password_counts(passwords: Argon2Passwords) -> None:
    hashed = await passwords.hash("é" * 255 + "a")
    assert await passwords.verify(hashed, "é" * 255 + "a")
    assert not await passwords.verify(hashed, "é" * 255 + "b")
    assert not await passwords.verify(hashed, "é" * 255)


class OneAtATime:
    """A queue with one thread, whose first hash waits until a test lets it go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, most_waiting: int) -> None:
        self.passwords = Argon2Passwords(most_waiting, cores=2)
        self.may_go_on = threading.Event()
        self._begun = threading.Semaphore(0)

        def hash_later(_: PasswordHasher, password: str) -> str:
            self._begun.release()
            assert self.may_go_on.wait(LIMIT_SECONDS)
            return f"hash of {password}"

        monkeypatch.setattr(PasswordHasher, "hash", hash_later)

    def start(self, count: int) -> list[asyncio.Task[str]]:
        return [asyncio.create_task(self.passwords.hash("correct horse")) for _ in range(count)]

    async def wait_for_a_hash_to_begin(self) -> None:
        """Wait for the thread, which begins when a busy machine lets it."""
        assert await asyncio.to_thread(self._begun.acquire, timeout=LIMIT_SECONDS)


async def test_passwords_beyond_those_that_may_wait_are_refused_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queue = OneAtATime(monkeypatch, most_waiting=3)
    hashing = queue.start(1 + 3)
    refused = await asyncio.gather(*queue.start(5), return_exceptions=True)
    assert {type(outcome) for outcome in refused} == {HashingBusy}
    with pytest.raises(HashingBusy):
        await queue.passwords.verify(None, "correct horse")
    queue.may_go_on.set()
    await asyncio.gather(*hashing)
    await asyncio.gather(*queue.start(1 + 3))


async def test_a_caller_that_is_cancelled_gives_its_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = OneAtATime(monkeypatch, most_waiting=3)
    running, *waiting = queue.start(1 + 3)
    await asyncio.sleep(0)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    others = queue.start(3)
    await queue.wait_for_a_hash_to_begin()
    running.cancel()  # its hash takes its place until it is done
    await asyncio.gather(running, return_exceptions=True)
    try:
        with pytest.raises(HashingBusy):
            await asyncio.wait_for(queue.passwords.hash("correct horse"), LIMIT_SECONDS)
    finally:
        queue.may_go_on.set()
    await asyncio.gather(*others)


async def test_without_a_limit_any_number_may_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = OneAtATime(monkeypatch, most_waiting=0)
    hashing = queue.start(200)
    await asyncio.sleep(0)
    assert not any(task.done() for task in hashing)
    for task in hashing[20:]:
        task.cancel()
    queue.may_go_on.set()
    await asyncio.gather(*hashing[:20])
