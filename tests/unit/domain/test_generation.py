from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import ClaimRefused, InvalidValue, LeaseLost, NotFinished
from domain.faces import Faces, StoredFace
from domain.feedback import FaceKind, Rating
from domain.generation import (
    CLOCK_TOLERANCE,
    MOST_FAULTS,
    OUTAGE_DELAY,
    OUTAGE_PATIENCE,
    Generation,
    State,
    retry_delay,
)
from domain.ids import RequestId, UserId

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LEASE = timedelta(seconds=15)
FACES = Faces(
    voice=StoredFace(portrait="v.png", video="v.mp4"), condition=StoredFace(portrait="c.png", video="c.mp4")
)


@pytest.fixture
def generation() -> Generation:
    return Generation.queue(RequestId("r"), UserId("u"), NOW)


@pytest.fixture
def running(generation: Generation) -> Generation:
    generation.claim(NOW, LEASE)
    return generation


def test_a_new_generation_is_queued_and_due_at_once(generation: Generation) -> None:
    assert generation.state is State.QUEUED
    assert generation.due_at <= NOW
    assert generation.attempt == 0


def test_claiming_starts_an_attempt_with_a_lease(running: Generation) -> None:
    assert running.state is State.RUNNING
    assert running.attempt == 1
    assert running.lease_until == NOW + LEASE


def test_a_running_generation_cannot_be_claimed(running: Generation) -> None:
    with pytest.raises(ClaimRefused):
        running.claim(NOW, LEASE)


def test_a_retry_that_is_not_due_cannot_be_claimed(running: Generation) -> None:
    running.record_fault(1, "no luck", NOW)
    with pytest.raises(ClaimRefused):
        running.claim(running.due_at - timedelta(microseconds=1), LEASE)


def test_a_generation_that_is_due_at_once_does_not_wait_for_a_clock_that_is_a_little_behind(
    generation: Generation,
) -> None:
    for attempt in (1, 2):
        generation.claim(NOW - CLOCK_TOLERANCE, LEASE)
        generation.hand_back(attempt, NOW)
    assert generation.attempt == 2


def test_postponing_takes_time_and_is_not_a_fault(generation: Generation) -> None:
    moment = NOW
    for attempt in range(1, MOST_FAULTS + 3):
        generation.claim(moment, LEASE)
        generation.postpone(attempt, "away", moment)
        assert generation.state is State.QUEUED
        assert generation.due_at == moment + OUTAGE_DELAY
        moment = generation.due_at
    assert generation.faults == 0


def test_postponing_becomes_a_fault_when_a_backing_service_stays_away_for_long(
    generation: Generation,
) -> None:
    moment = NOW + OUTAGE_PATIENCE
    for attempt in range(1, MOST_FAULTS + 1):
        moment = max(moment, generation.due_at) + timedelta(seconds=1)
        generation.claim(moment, LEASE)
        generation.postpone(attempt, "away for too long", moment)
    assert generation.state is State.FAILED
    assert generation.failure == "away for too long"


def test_a_heartbeat_extends_the_lease_and_records_the_progress(running: Generation) -> None:
    later = NOW + timedelta(seconds=10)
    running.record_heartbeat(1, "filming", 40, later, LEASE)
    assert running.lease_until == later + LEASE
    assert (running.stage, running.percent) == ("filming", 40)


def test_success_records_the_faces_and_the_time(running: Generation) -> None:
    running.succeed(1, FACES, NOW)
    assert running.state is State.SUCCEEDED
    assert running.faces == FACES
    assert running.finished_at == NOW
    assert running.percent == 100
    assert running.lease_until is None


def test_an_attempt_writes_nothing_once_another_has_begun(running: Generation) -> None:
    running.expire(NOW + LEASE)
    running.claim(NOW + timedelta(minutes=1), LEASE)
    with pytest.raises(LeaseLost):
        running.record_heartbeat(1, None, 0, NOW, LEASE)
    with pytest.raises(LeaseLost):
        running.succeed(1, FACES, NOW)
    with pytest.raises(LeaseLost):
        running.record_fault(1, "late", NOW)
    with pytest.raises(LeaseLost):
        running.hand_back(1, NOW)
    with pytest.raises(LeaseLost):
        running.postpone(1, "away", NOW)
    assert running.attempt == 2
    assert running.state is State.RUNNING
    assert running.faces is None


def test_an_outcome_is_recorded_only_once(running: Generation) -> None:
    running.succeed(1, FACES, NOW)
    with pytest.raises(LeaseLost):
        running.succeed(1, FACES, NOW)


def test_faults_queue_a_generation_again_after_growing_delays_and_the_last_one_fails_it(
    generation: Generation,
) -> None:
    moment, delays = NOW, []
    for attempt in range(1, MOST_FAULTS):
        generation.claim(moment, LEASE)
        generation.record_fault(attempt, "no luck", moment)
        assert generation.state is State.QUEUED
        delays.append(generation.due_at - moment)
        moment = generation.due_at
    assert delays == [retry_delay(n) for n in range(1, MOST_FAULTS)]
    assert delays == sorted(set(delays))
    generation.claim(moment, LEASE)
    generation.record_fault(MOST_FAULTS, "no luck", moment)
    assert generation.state is State.FAILED
    assert generation.failure == "no luck"
    assert generation.finished_at == moment


def test_a_fault_that_a_retry_cannot_help_fails_the_generation_at_once(running: Generation) -> None:
    running.record_fault(1, "there is no voice", NOW, retryable=False)
    assert running.state is State.FAILED


def test_handing_back_is_not_a_fault(generation: Generation) -> None:
    for attempt in range(1, MOST_FAULTS + 3):
        generation.claim(NOW, LEASE)
        generation.hand_back(attempt, NOW)
    assert generation.state is State.QUEUED
    assert generation.faults == 0
    assert generation.due_at <= NOW


def test_an_attempt_expires_only_when_its_lease_has_run_out(running: Generation) -> None:
    with pytest.raises(LeaseLost):
        running.expire(NOW + LEASE - timedelta(microseconds=1))
    running.expire(NOW + LEASE)
    assert running.state is State.QUEUED
    assert running.faults == 1


def test_the_two_faces_are_rated_separately(running: Generation) -> None:
    running.succeed(1, FACES, NOW)
    running.rate(FaceKind.VOICE, Rating(stars=5), NOW)
    running.rate(FaceKind.CONDITION, Rating(stars=2), NOW + LEASE)
    assert (running.voice_rating, running.condition_rating) == (Rating(stars=5), Rating(stars=2))
    assert running.feedback_at == NOW + LEASE


def test_a_generation_without_faces_cannot_be_rated(running: Generation) -> None:
    with pytest.raises(NotFinished):
        running.rate(FaceKind.VOICE, Rating(stars=5), NOW)
    assert running.feedback_at is None


def test_a_new_rating_replaces_the_one_before_wholly(running: Generation) -> None:
    running.succeed(1, FACES, NOW)
    running.rate(FaceKind.VOICE, Rating(stars=5, shown_first=FaceKind.CONDITION, named=False), NOW)
    running.rate(FaceKind.VOICE, Rating(stars=4), NOW + LEASE)
    assert running.voice_rating == Rating(stars=4, shown_first=None, named=None)


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_a_rating_must_have_one_to_five_stars(stars: int) -> None:
    with pytest.raises(InvalidValue):
        Rating(stars=stars)
