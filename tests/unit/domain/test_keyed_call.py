"""Calls with an idempotency key."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import KeyReused, KeyRunning
from domain.ids import UserId
from domain.keyed_call import KEPT_FOR, PATIENCE, KeyedCall

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


def new_call() -> KeyedCall:
    return KeyedCall.begin("a" * 64, UserId("u" * 32), "d" * 64, NOON)


def test_a_call_may_be_begun_again_when_it_has_run_for_a_minute() -> None:
    call = new_call()
    with pytest.raises(KeyRunning):
        call.begin_again(NOON + PATIENCE - INSTANT)
    again = call.begin_again(NOON + PATIENCE)
    assert again.attempt != call.attempt
    assert (again.id, again.digest, again.began_at) == (call.id, call.digest, NOON)
    with pytest.raises(KeyRunning):
        again.begin_again(NOON + 2 * PATIENCE - INSTANT)


def test_a_key_is_free_after_a_day() -> None:
    assert not new_call().is_over(NOON + KEPT_FOR - INSTANT)
    assert new_call().is_over(NOON + KEPT_FOR)


def test_something_else_under_the_same_key_is_refused() -> None:
    new_call().require_same("d" * 64)
    with pytest.raises(KeyReused):
        new_call().require_same("e" * 64)
