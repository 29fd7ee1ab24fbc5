from datetime import UTC, datetime, timedelta

import pytest

from domain.throttling import NO_WAIT, GrowingDelay, HourlyRate, Throttle, ThrottleRule, network_of

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
UNUSED = Throttle("key", 0, NOON)
GUESSES, FLOOD = GrowingDelay(3), HourlyRate(5)


def tried(rule: ThrottleRule, times: int, now: datetime = NOON, throttle: Throttle = UNUSED) -> Throttle:
    for _ in range(times):
        throttle = rule.counted(throttle, now)
    return throttle


def allowed_within(rule: ThrottleRule, span: timedelta, throttle: Throttle = UNUSED) -> int:
    """Count the tries of a client that tries again as soon as it may."""
    now, end, tries = NOON, NOON + span, 0
    while (now := now + rule.wait(throttle, now)) < end:
        throttle = rule.counted(throttle, now)
        tries += 1
    return tries


def test_after_some_free_guesses_each_waits_twice_as_long_up_to_a_quarter_of_an_hour() -> None:
    waits = [GUESSES.wait(tried(GUESSES, times), NOON).total_seconds() for times in range(14)]
    assert waits == [0, 0, 0, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]


def test_a_delay_runs_off_and_then_one_guess_is_allowed() -> None:
    throttle = tried(GUESSES, 4)
    assert GUESSES.wait(throttle, NOON + 7 * SECOND) == SECOND
    assert GUESSES.wait(throttle, NOON + 8 * SECOND) == NO_WAIT
    assert GUESSES.wait(GUESSES.counted(throttle, NOON + 8 * SECOND), NOON + 8 * SECOND) == 16 * SECOND


def test_ten_guesses_are_allowed_in_a_quarter_of_an_hour_and_then_four_an_hour() -> None:
    assert allowed_within(GUESSES, 15 * MINUTE) == 10
    assert allowed_within(GUESSES, DAY) <= 10 + 24 * 4


def test_one_guess_is_forgotten_an_hour_and_all_after_a_day() -> None:
    throttle = tried(GrowingDelay(20), 28)
    assert GrowingDelay(20).counted(throttle, NOON + 5 * HOUR).count == 28 - 5 + 1
    assert GrowingDelay(20).counted(throttle, NOON + DAY).count == 1


def test_waiting_for_a_guess_to_be_forgotten_gains_no_more_guesses_than_trying_all_the_time() -> None:
    throttle, now, tries = tried(GUESSES, 50), NOON, 0
    while now < NOON + DAY:
        now += HOUR  # forget one, then guess for as long as that pays
        while GUESSES.wait(throttle, now) == NO_WAIT:
            throttle = GUESSES.counted(throttle, now)
            tries += 1
    assert tries <= 24 * 4


def test_a_long_attack_is_not_held_against_the_user_for_longer_than_a_short_one() -> None:
    assert tried(GUESSES, 1000).count == tried(GUESSES, 11).count


def test_a_clock_that_is_behind_the_others_forgets_nothing() -> None:
    assert GUESSES.counted(tried(GUESSES, 3), NOON - HOUR).count == 4


def test_so_many_tries_as_the_rate_says_are_allowed_in_the_hour_that_begins_with_the_first() -> None:
    throttle = tried(FLOOD, 4, NOON + 50 * MINUTE, tried(FLOOD, 1))
    assert FLOOD.wait(throttle, NOON + 50 * MINUTE) == 10 * MINUTE
    assert FLOOD.wait(throttle, NOON + HOUR) == NO_WAIT
    assert FLOOD.counted(throttle, NOON + HOUR) == Throttle("key", 1, NOON + HOUR)
    assert allowed_within(FLOOD, HOUR) == 5
    assert allowed_within(FLOOD, DAY) == 24 * 5


def test_an_hour_begins_with_the_first_try_and_not_when_the_throttle_was_made() -> None:
    assert FLOOD.counted(UNUSED, NOON + 59 * MINUTE).since == NOON + 59 * MINUTE


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("testclient", ""),
    ],
)
def test_an_address_counts_alone_in_ipv4_and_with_its_64_bits_in_ipv6(address: str, network: str) -> None:
    assert network_of(address) == network
