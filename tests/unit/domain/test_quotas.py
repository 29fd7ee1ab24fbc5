"""The rules of the quotas."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from databases.examples import QUOTAS
from domain.errors import MEGABYTE, QuotaExceeded
from domain.generation import Generation, State
from domain.ids import RequestId, UserId
from domain.quotas import IN_FLIGHT_PAUSE, Quotas
from domain.usage import WINDOW, QuotaName, Usage

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)


def refusal(usage: Usage, **needed: int) -> QuotaExceeded:
    with pytest.raises(QuotaExceeded) as caught:
        QUOTAS.require_room(usage, NOW, **needed)
    return caught.value


def test_a_user_who_has_used_nothing_has_room() -> None:
    QUOTAS.require_room(Usage(), NOW)


def test_ten_open_requests_fill_the_quota_and_waiting_does_not_help() -> None:
    QUOTAS.require_room(Usage(open_requests=9), NOW)
    refused = refusal(Usage(open_requests=10))
    assert (refused.code, refused.retry_after) == ("quota_exceeded", None)
    assert str(refused) == "You have 10 requests, and 10 is the limit. Delete one to make another."


def test_making_faces_again_opens_no_request() -> None:
    QUOTAS.require_room(Usage(open_requests=10), NOW, opens=0)


def test_a_recording_must_fit_into_what_is_left() -> None:
    full = QUOTAS.stored_bytes
    QUOTAS.require_room(Usage(stored_bytes=full - MEGABYTE), NOW, stored_bytes=MEGABYTE)
    refused = refusal(Usage(stored_bytes=full - MEGABYTE + 1), stored_bytes=MEGABYTE)
    assert (refused.code, refused.retry_after) == ("storage_quota_exceeded", None)
    assert "500 MB" in str(refused)


def test_after_fifty_requests_there_is_room_when_the_first_is_a_day_old() -> None:
    QUOTAS.require_room(Usage(requests=49, first_queued_at=NOW - HOUR), NOW)
    refused = refusal(Usage(requests=50, first_queued_at=NOW - HOUR))
    assert (refused.code, refused.retry_after) == ("daily_quota_exceeded", WINDOW - HOUR)


def test_a_generation_needs_as_much_time_as_it_may_take() -> None:
    limit = QUOTAS.time_limit.total_seconds()
    most = QUOTAS.drawing_seconds_a_day - limit
    QUOTAS.require_room(Usage(drawn_seconds=most), NOW)
    refused = refusal(Usage(drawn_seconds=most + 0.1, first_ended_at=NOW - HOUR))
    assert (refused.code, refused.retry_after) == ("drawing_quota_exceeded", WINDOW - HOUR)


def test_while_a_generation_is_in_flight_there_may_be_room_before_the_day_is_over() -> None:
    usage = Usage(drawn_seconds=QUOTAS.drawing_seconds_a_day, first_ended_at=NOW - HOUR, in_flight=1)
    assert refusal(usage).retry_after == IN_FLIGHT_PAUSE


@pytest.mark.parametrize(
    ("lifted", "much"),
    [
        (replace(QUOTAS, open_requests=0), Usage(open_requests=10**6)),
        (replace(QUOTAS, stored_bytes=0), Usage(stored_bytes=10**12)),
        (replace(QUOTAS, requests_a_day=0), Usage(requests=10**6)),
        (replace(QUOTAS, drawing_seconds_a_day=0), Usage(drawn_seconds=1e9)),
    ],
    ids=list(QuotaName),
)
def test_zero_lifts_a_limit(lifted: Quotas, much: Usage) -> None:
    lifted.require_room(much, NOW)
    assert len(lifted.states(much, NOW)) == len(QuotaName) - 1


def test_zero_keeps_all_results() -> None:
    results = [generation(minutes, State.SUCCEEDED) for minutes in range(100)]
    assert replace(QUOTAS, results=0).surplus(results) == []


def generation(minutes: int, state: State) -> Generation:
    made = Generation.queue(RequestId("r"), UserId("u"), NOW + timedelta(minutes=minutes))
    made.state = state
    return made


def test_of_seven_results_the_two_oldest_are_too_many() -> None:
    results = [generation(minutes, State.SUCCEEDED) for minutes in range(7)]
    assert QUOTAS.surplus(results) == results[:2]
    assert QUOTAS.surplus(results[:5]) == []


def test_failed_results_are_given_up_before_those_with_faces() -> None:
    good = [generation(minutes, State.SUCCEEDED) for minutes in range(5)]
    failed, waiting = generation(5, State.FAILED), generation(6, State.QUEUED)
    assert QUOTAS.surplus([*good, failed]) == [failed]
    assert QUOTAS.surplus([*good, failed, waiting]) == [failed, good[0]]


def test_what_has_not_ended_is_never_too_much() -> None:
    one = replace(QUOTAS, results=1)
    running, queued = generation(0, State.RUNNING), generation(1, State.QUEUED)
    assert one.surplus([running, queued]) == []


def run_for(change: Callable[[Generation], None]) -> Generation:
    made = Generation.queue(RequestId("r"), UserId("u"), NOW)
    made.claim(NOW, timedelta(seconds=15))
    change(made)
    return made


@pytest.mark.parametrize(
    ("how", "change"),
    [
        ("fault", lambda one: one.record_fault(1, "no luck", NOW + timedelta(seconds=9))),
        ("final fault", lambda one: one.record_fault(1, "no", NOW + timedelta(seconds=9), retryable=False)),
        ("hand back", lambda one: one.hand_back(1, NOW + timedelta(seconds=9))),
        ("postpone", lambda one: one.postpone(1, "away", NOW + timedelta(seconds=9))),
    ],
)
def test_an_attempt_counts_as_drawing_however_it_stops(
    how: str, change: Callable[[Generation], None]
) -> None:
    stopped = run_for(change)
    assert (stopped.drawn_seconds, stopped.claimed_at, stopped.stored_bytes) == (9, None, 0)
    assert stopped.drawn_until(NOW + HOUR) == 9


def test_an_attempt_that_expires_has_drawn_until_its_lease_ran_out_however_late_this_is_noticed() -> None:
    expired = run_for(lambda one: one.expire(NOW + HOUR))
    assert expired.drawn_seconds == 15


def test_the_time_of_all_attempts_adds_up() -> None:
    made = run_for(lambda one: one.hand_back(1, NOW + timedelta(seconds=9)))
    made.claim(NOW + HOUR, timedelta(seconds=15))
    assert made.drawn_until(NOW + HOUR + timedelta(seconds=5)) == 14


def test_the_newest_faces_stay_until_newer_ones_are_there() -> None:
    one = replace(QUOTAS, results=1)
    good, newer = generation(0, State.SUCCEEDED), generation(1, State.SUCCEEDED)
    queued, failed = generation(2, State.QUEUED), generation(2, State.FAILED)
    assert one.surplus([good, queued]) == []
    assert one.surplus([good, failed]) == [failed]
    assert one.surplus([good, newer, queued]) == [good]
