from dataclasses import replace

import pytest

from databases.examples import CONSENT_POLICY, HOUR, LEASE, NOON, new_consent, new_request, new_user
from domain.consent import ConsentPolicy
from domain.errors import (
    ConsentRequired,
    ConsentWithdrawn,
    GenerationInFlight,
    LeaseLost,
    NoticeOutdated,
    TooYoung,
)
from domain.generation import State

DEMANDING = replace(CONSENT_POLICY, is_required=True)
WITH_GUARDIANS = replace(CONSENT_POLICY, guardian_consent_by="the school office")


@pytest.mark.parametrize("age", [1, 13])
def test_a_person_under_14_is_refused_unless_a_guardian_s_consent_is_collected(age: int) -> None:
    with pytest.raises(TooYoung, match="14 years"):
        CONSENT_POLICY.require(age, None)
    WITH_GUARDIANS.require(age, None)


@pytest.mark.parametrize("policy", [CONSENT_POLICY, DEMANDING, WITH_GUARDIANS])
def test_a_person_of_14_who_agrees_to_the_current_notice_is_accepted(policy: ConsentPolicy) -> None:
    policy.require(14, "2026-12")


@pytest.mark.parametrize("version", ["2020-01", "2027-01", "2026-12 ", "latest"])
def test_another_version_than_the_current_one_is_refused_and_the_current_one_named(version: str) -> None:
    for policy in (CONSENT_POLICY, DEMANDING):
        with pytest.raises(NoticeOutdated, match="«2026-12»"):
            policy.require(34, version)


def test_a_version_is_demanded_only_if_the_operator_says_so() -> None:
    CONSENT_POLICY.require(34, None)
    with pytest.raises(ConsentRequired, match="«2026-12»"):
        DEMANDING.require(34, None)


def test_the_record_of_a_young_person_says_who_collected_the_guardian_s_consent_and_no_other_record() -> None:
    user = new_user()
    of_13, of_14 = (WITH_GUARDIANS.consent(user.id, age, NOON, notice_version=None) for age in (13, 14))
    assert (of_13.collected_by, of_13.says_something) == ("the school office", True)
    assert (of_14.collected_by, of_14.says_something) == (None, False)


def test_withdrawing_twice_keeps_the_first_moment() -> None:
    consent = new_consent(new_user())
    consent.withdraw(NOON)
    consent.withdraw(NOON + HOUR)
    assert consent.withdrawn_at == NOON


def test_a_request_whose_consent_is_withdrawn_is_not_made_again_even_when_it_has_ended() -> None:
    request, generation = new_request(new_user())
    with pytest.raises(GenerationInFlight):
        request.regenerate(generation, NOON)
    generation.fail("withdrawn", NOON)
    request.consent_withdrawn_at = NOON
    with pytest.raises(ConsentWithdrawn, match="this request"):
        request.regenerate(generation, NOON)


def test_a_queued_generation_fails_at_once() -> None:
    _, generation = new_request(new_user())
    generation.fail("withdrawn", NOON)
    assert (generation.state, generation.failure, generation.finished_at) == (State.FAILED, "withdrawn", NOON)
    assert generation.drawn_seconds == 0


def test_a_running_generation_fails_at_once_and_its_worker_may_not_write_any_more() -> None:
    _, generation = new_request(new_user())
    generation.claim(NOON, LEASE)
    generation.reserve(1, 1000)
    generation.fail("withdrawn", NOON + HOUR)
    assert (generation.state, generation.drawn_seconds, generation.stored_bytes) == (State.FAILED, 3600, 0)
    with pytest.raises(LeaseLost):
        generation.record_heartbeat(1, None, 50, NOON + HOUR, LEASE)


def test_a_generation_that_has_ended_stays_as_it_is() -> None:
    _, generation = new_request(new_user())
    generation.fail("first", NOON)
    generation.fail("second", NOON + HOUR)
    assert (generation.failure, generation.finished_at) == ("first", NOON)
