"""When an erasure is finished."""

from datetime import UTC, datetime, timedelta

from domain.erasure import LOOK_EVERY, Erasure

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
STOPS_WITHIN = timedelta(seconds=50)


def test_blobs_are_looked_for_until_workers_must_have_stopped() -> None:
    erasure = Erasure.begin(["faces/1/"], NOON, stops_within=STOPS_WITHIN)
    erasure.is_forgotten = True
    assert erasure.due_at == NOON + LOOK_EVERY
    erasure.look(NOON + LOOK_EVERY)
    assert erasure.due_at == NOON + 2 * LOOK_EVERY
    erasure.record_look(NOON + STOPS_WITHIN - timedelta(microseconds=1))
    assert not erasure.is_finished
    erasure.record_look(NOON + STOPS_WITHIN)
    assert erasure.is_finished


def test_what_no_worker_stores_any_more_is_looked_for_once() -> None:
    erasure = Erasure.begin(["voices/1.flac"], NOON)
    erasure.record_look(NOON)
    assert erasure.prefixes == ()
    assert not erasure.is_finished  # its traces are in the files
