from datetime import UTC, datetime, timedelta

import pytest

from databases.examples import example_faces, new_request, new_user
from domain.errors import FacesErased, GenerationInFlight, NotFinished, RecordingErased
from domain.face_request import FaceRequest
from domain.feedback import FaceKind, Rating
from domain.generation import Generation, State
from domain.retention import NEVER, NOTICE, NOTICE_BEGINS, RequestErasure, RequestParts, Retention
from domain.user import User

DAY = timedelta(days=1)
LEASE = timedelta(seconds=15)
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
KEPT = Retention(recordings=10 * DAY, faces=30 * DAY, failed=5 * DAY)


def parts(
    state: State = State.SUCCEEDED,
    *,
    ended: timedelta | None = DAY,
    recording: bool = True,
    faces: timedelta | None = DAY,
) -> RequestParts:
    """Return the parts of a request that was submitted at noon; all else is counted from then."""
    return RequestParts(
        submitted_at=NOON,
        has_recording=recording,
        state=state,
        ended_at=NOON + ended if ended is not None else None,
        faces_made_at=NOON + faces if faces is not None else None,
    )


def test_without_periods_nothing_is_ever_due() -> None:
    for state in (State.SUCCEEDED, State.FAILED):
        assert Retention().of_request(parts(state)) == NEVER


def test_a_request_is_due_when_neither_recording_nor_faces_would_be_left() -> None:
    assert KEPT.of_request(parts()) == RequestErasure(
        recording=NOON + 10 * DAY, faces=NOON + 31 * DAY, all=NOON + 31 * DAY
    )
    assert KEPT.of_request(parts(recording=False)).all == NOON + 31 * DAY
    assert KEPT.of_request(parts(faces=None)).all == NOON + 10 * DAY


@pytest.mark.parametrize("kept", [Retention(recordings=10 * DAY), Retention(faces=30 * DAY)])
def test_a_request_stays_while_one_of_its_parts_is_kept_for_ever(kept: Retention) -> None:
    assert kept.of_request(parts()).all is None


def test_a_part_that_is_gone_is_not_kept_for_ever() -> None:
    assert Retention(recordings=10 * DAY).of_request(parts(faces=None)).all == NOON + 10 * DAY
    assert Retention(faces=30 * DAY).of_request(parts(recording=False)).all == NOON + 31 * DAY


def test_a_failed_request_is_due_by_its_own_period_or_with_its_last_part_whatever_comes_first() -> None:
    failed = parts(State.FAILED, faces=None)
    assert KEPT.of_request(failed).all == NOON + 6 * DAY
    assert Retention(failed=20 * DAY).of_request(failed).all == NOON + 21 * DAY
    assert Retention(recordings=10 * DAY, failed=20 * DAY).of_request(failed).all == NOON + 10 * DAY


def test_a_failed_request_keeps_the_faces_of_earlier_results() -> None:
    with_faces = parts(State.FAILED, ended=3 * DAY)
    assert KEPT.of_request(with_faces) == RequestErasure(
        recording=NOON + 10 * DAY, faces=NOON + 31 * DAY, all=NOON + 31 * DAY
    )
    assert Retention(failed=5 * DAY).of_request(with_faces).all is None
    assert Retention(failed=5 * DAY, faces=DAY).of_request(with_faces).all == NOON + 8 * DAY


def test_a_recording_is_not_said_to_stay_longer_than_its_request() -> None:
    failed = parts(State.FAILED, faces=None)
    for kept in (KEPT, Retention(failed=5 * DAY)):
        assert kept.of_request(failed) == RequestErasure(recording=NOON + 6 * DAY, all=NOON + 6 * DAY)


def test_while_a_generation_is_in_flight_nothing_of_the_request_is_due() -> None:
    for state in (State.QUEUED, State.RUNNING):
        assert KEPT.of_request(parts(state, ended=None, faces=None)) == NEVER


def made(now: datetime = NOON) -> tuple[FaceRequest, Generation]:
    request, generation = new_request(new_user(), now)
    generation.claim(now, LEASE)
    generation.succeed(1, example_faces(generation), now)
    return request, generation


def test_what_is_due_now_is_what_was_said_beforehand() -> None:
    request, generation = made()
    for days, everything, recording, faces in (
        (9, False, False, False),
        (10, False, True, False),
        (30, True, True, True),
    ):
        due = KEPT.due(request, [generation], NOON + days * DAY)
        assert (due.everything, due.recording, bool(due.faces)) == (everything, recording, faces)
        assert bool(due) == (days > 9)
    assert not KEPT.due(request, [generation], NOON + 10 * DAY - timedelta(microseconds=1))


def test_a_recording_is_not_due_while_a_generation_needs_it_but_old_faces_are() -> None:
    request, first = made()
    second = request.regenerate(first, NOON + DAY)
    due = KEPT.due(request, [first, second], NOON + 40 * DAY)
    assert (due.everything, due.recording, list(due.faces)) == (False, False, [first])


def test_an_erased_recording_cannot_be_used_again() -> None:
    request, generation = made()
    request.erase_recording(NOON + DAY)
    assert (request.voice.key, request.voice.size, request.updated_at) == (None, 0, NOON + DAY)
    with pytest.raises(RecordingErased, match="Send a new one"):
        request.regenerate(generation, NOON + DAY)


def test_a_request_in_flight_says_so_rather_than_that_its_recording_is_erased() -> None:
    request, generation = new_request(new_user(), NOON)
    request.erase_recording(NOON)
    with pytest.raises(GenerationInFlight):
        request.regenerate(generation, NOON)


def test_erased_faces_keep_their_ratings_and_take_no_new_ones() -> None:
    _, generation = made()
    generation.rate(FaceKind.VOICE, Rating(stars=4), NOON)
    generation.erase_faces()
    assert (generation.state, generation.faces, generation.stored_bytes) == (State.SUCCEEDED, None, 0)
    with pytest.raises(FacesErased):
        generation.rate(FaceKind.VOICE, Rating(stars=5), NOON + DAY)
    assert (generation.voice_rating, generation.feedback_at) == (Rating(stars=4), NOON)


def test_faces_that_were_never_made_are_not_called_erased() -> None:
    _, generation = new_request(new_user(), NOON)
    with pytest.raises(NotFinished):
        generation.record_feedback(NOON)


IDLE = Retention(idle_accounts=100 * DAY)


def user_seen(at: datetime) -> User:
    user = new_user()
    user.last_seen_at = at
    return user


@pytest.mark.parametrize("hour", [0, 11, 12, 13, 23])
def test_an_account_is_erased_at_noon_when_that_day_has_begun_everywhere(hour: int) -> None:
    seen = NOON.replace(hour=hour)
    due = IDLE.of_account(user_seen(seen))
    assert due is not None
    assert due.hour == 12
    assert timedelta() <= due - (seen + 100 * DAY) < DAY
    farthest_west = due - timedelta(hours=12)
    assert farthest_west.date() == due.date()


def test_a_notice_in_time_names_what_was_said_and_a_late_one_still_leaves_a_month() -> None:
    user = user_seen(NOON)
    in_time = NOON + 100 * DAY - NOTICE_BEGINS
    assert IDLE.after_notice(NOON, in_time - timedelta(seconds=1)) is None
    for now in (in_time, in_time + DAY):
        assert IDLE.after_notice(NOON, now) == IDLE.of_account(user)
    late = NOON + 300 * DAY
    erase_at = IDLE.after_notice(NOON, late)
    assert erase_at is not None
    assert NOTICE <= erase_at - late < NOTICE + DAY


def test_a_guest_and_an_announced_erasure_have_a_day_of_their_own() -> None:
    user = user_seen(NOON)
    user.announce_erasure(NOON + DAY)
    assert IDLE.of_account(user) == Retention().of_account(user) == NOON + DAY
    user.keep()
    assert Retention().of_account(user) is None
    user.email = None
    assert IDLE.of_account(user) is None
