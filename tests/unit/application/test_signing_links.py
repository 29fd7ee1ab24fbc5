"""How long media links are valid."""

from datetime import timedelta

import pytest

from adapters.auth.media_signer import HmacMediaSigner
from application.media.links import PERIOD, SHORTEST_LIFETIME, SignLink
from doubles.clock import ManualClock

SIGNER = HmacMediaSigner("a secret that is long enough for tests")
STEPS = [timedelta(minutes=minutes) for minutes in (0, 29, 1, 30, 31, -1, -90, 600)]


@pytest.mark.parametrize("before", [timedelta(), timedelta(microseconds=1), timedelta(minutes=17)])
def test_a_link_is_valid_for_a_half_to_a_whole_hour_however_the_clock_goes(before: timedelta) -> None:
    clock = ManualClock()
    clock.now = clock.now.replace(minute=30, second=0, microsecond=0) - before
    sign = SignLink(SIGNER, clock)
    for step in STEPS:
        clock.now += step
        token = sign("voices/1.flac", "audio/flac")
        left = SIGNER.read(token, clock.now).expires_at - clock.now
        assert SHORTEST_LIFETIME < left <= SHORTEST_LIFETIME + PERIOD
        assert token == SignLink(SIGNER, clock)("voices/1.flac", "audio/flac")


def test_links_to_one_file_are_equal_for_half_an_hour_and_differ_from_those_to_others() -> None:
    clock = ManualClock()
    clock.now = clock.now.replace(minute=0, second=0, microsecond=0)
    sign = SignLink(SIGNER, clock)
    first, other = sign("voices/1.flac", "audio/flac"), sign("voices/2.flac", "audio/flac")
    clock.now += PERIOD - timedelta(microseconds=1)
    assert (sign("voices/1.flac", "audio/flac"), sign("voices/2.flac", "audio/flac")) == (first, other)
    assert first != other
    clock.now += timedelta(microseconds=1)
    assert sign("voices/1.flac", "audio/flac") != first
