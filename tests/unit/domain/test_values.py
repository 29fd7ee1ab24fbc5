import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from domain.blob_keys import attempt_prefix, download_name, generation_prefix, voice_key
from domain.errors import GenerationInFlight, InvalidValue
from domain.face_request import FaceRequest, StoredVoice
from domain.feedback import LONGEST_ANSWER, Survey
from domain.generation import State
from domain.ids import GenerationId, RequestId, UserId, new_id
from domain.user import email_address
from domain.voice import Gender, Person, Recording

NOW = datetime(2026, 1, 2, tzinfo=UTC)
PERSON = Person(30, Gender.WOMAN)
RECORDING = Recording(seconds=15.0, media_type="audio/webm", suffix=".webm")
VOICE = StoredVoice(key="voices/r.webm", recording=RECORDING, size=1000)


def test_ids_are_version_7_uuids_that_sort_in_the_order_in_which_they_were_made() -> None:
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert all(uuid.UUID(i).version == 7 and uuid.UUID(i).variant == uuid.RFC_4122 for i in ids)
    assert ids == sorted(ids)
    assert abs(time.time() - (uuid.UUID(ids[-1]).int >> 80) / 1000) < 60


@pytest.mark.parametrize("text", ["Ann@Example.ORG", " ann@example.org "])
def test_an_address_is_brought_into_its_normal_form(text: str) -> None:
    assert email_address(text) == "ann@example.org"


@pytest.mark.parametrize(
    "text",
    ["", "ann", "ann@", "@example.org", "a b@example.org", "ann@example", "a@b@c.org", "a" * 250 + "@x.org"],
)
def test_text_that_is_not_an_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        email_address(text)
    assert refused.value.field == "email"


@pytest.mark.parametrize("age", [0, -3, 121, 10**9])
def test_an_impossible_age_is_refused(age: int) -> None:
    with pytest.raises(InvalidValue):
        Person(age, Gender.MAN)


def test_a_voice_is_stored_under_the_id_of_its_request_and_its_real_ending() -> None:
    assert voice_key(RequestId("r"), RECORDING) == "voices/r.webm"


def test_faces_are_stored_under_the_ids_of_their_generation_and_attempt() -> None:
    assert attempt_prefix(GenerationId("g"), 2) == "faces/g/2/"
    assert generation_prefix(GenerationId("g")) == "faces/g/"


def test_a_request_can_be_generated_again_only_when_its_latest_generation_has_ended() -> None:
    request, first = FaceRequest.submit(RequestId("r"), UserId("u"), PERSON, VOICE, NOW)
    later = NOW + timedelta(minutes=1)
    with pytest.raises(GenerationInFlight):
        request.regenerate(first, later)
    first.claim(NOW, timedelta(seconds=1))
    first.record_fault(1, "broken", NOW, retryable=False)
    second = request.regenerate(first, later)
    assert request.latest_generation_id == second.id != first.id
    assert request.updated_at == later
    assert second.state is State.QUEUED


def test_a_survey_takes_only_known_questions_and_answers_of_limited_length() -> None:
    survey = Survey.answer(GenerationId("g"), {"opinion": "nice"}, NOW)
    with pytest.raises(InvalidValue):
        survey.replace({"shoe_size": "44"}, NOW)
    with pytest.raises(InvalidValue):
        survey.replace({"opinion": "x" * (LONGEST_ANSWER + 1)}, NOW)
    assert survey.answers == {"opinion": "nice"}
    survey.replace({"recommend": "yes"}, NOW + timedelta(days=1))
    assert survey.answers == {"recommend": "yes"}
    assert survey.answered_at == NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("voices/r.flac", "voice2face-recording.flac"),
        ("faces/g/1/voice.png", "voice2face-voice-face.png"),
        ("faces/g/1/condition.mp4", "voice2face-condition-face.mp4"),
        ("faces/g/2/voice-loop.webp", "voice2face-voice-face-loop.webp"),
    ],
)
def test_a_saved_blob_has_a_name_that_says_what_it_is(key: str, name: str) -> None:
    assert download_name(key) == name
