"""What the store holds of an upload, and what its sender is told, with the checker that really decodes."""

from pathlib import Path

import pytest

from adapters.audio.decoding import decode
from domain.refusals import SENTENCES
from integration.http.service import LoggedInUser, Service, assert_problem
from unit.audio.recording import CONTAINERS, FLAC, PLACE, SAMPLES, phone_video, record
from unit.audio.sounds import Samples, white_noise

WEB_PAGE = b"<!DOCTYPE html><html>" + b"<script>alert('found')</script>" * 100_000


@pytest.fixture
def service(service: Service) -> Service:
    service.container.checker.reset_last_overriding()
    return service


@pytest.fixture(scope="module")
def voice() -> Samples:
    return decode(SAMPLES / "voice.flac").samples[: 16_000 * 4]


async def stored(service: Service) -> dict[str, bytes]:
    return {
        key: b"".join([part async for part in service.blobs.read(key)]) for key in await service.blob_keys()
    }


async def test_a_phone_video_leaves_its_voice_in_the_store_and_not_its_place(
    service: Service, anna: LoggedInUser, voice: Samples, tmp_path: Path
) -> None:
    answer = await anna.submit(phone_video(tmp_path / "video.mp4", voice).read_bytes())

    assert answer.status_code == 201, answer.text
    ((key, content),) = (await stored(service)).items()
    assert key.endswith(".flac")
    assert content.startswith(b"fLaC")
    for trace in (PLACE, b"A phone", b"ftyp", b"moov"):
        assert trace not in content
    assert service.temporary_files() == []


async def test_a_web_page_behind_the_sound_is_not_in_the_store(
    service: Service, anna: LoggedInUser, voice: Samples, tmp_path: Path
) -> None:
    answer = await anna.submit(record(tmp_path / "voice.flac", voice, FLAC).read_bytes() + WEB_PAGE)

    assert answer.status_code == 201, answer.text
    (content,) = (await stored(service)).values()
    assert b"alert" not in content
    assert len(content) < 200_000


async def test_the_copy_is_served_as_flac(
    service: Service, anna: LoggedInUser, voice: Samples, tmp_path: Path
) -> None:
    await anna.submit(record(tmp_path / "voice.webm", voice, CONTAINERS["webm"]).read_bytes())

    (request,) = (await anna.call("GET", "/mz-request")).json()["mz_request_list"]
    answer = await anna.client.get(request["voice_url"])

    assert answer.headers["content-type"] == "audio/flac"
    (content,) = (await stored(service)).values()
    assert answer.content == content


async def test_a_file_that_cannot_be_read_is_refused_for_the_true_reason(
    service: Service, anna: LoggedInUser, tmp_path: Path
) -> None:
    noise = record(tmp_path / "noise", white_noise(3.0), CONTAINERS["mp4"]).read_bytes()
    for content, reason in (
        (b"not audio at all", "not_audio"),
        (WEB_PAGE, "web_page"),
        (noise[: len(noise) // 2], "unfinished"),
        (noise[len(noise) // 2 :], "incomplete"),
        (noise.replace(b"mp4a", b"enca", 1), "encrypted"),
    ):
        problem = assert_problem(await anna.submit(content), 415, f"voice_{reason}")
        assert problem["error"] == SENTENCES[reason]
    problem = assert_problem(await anna.submit(b".RMF" + noise), 415, "voice_unsupported")
    assert problem["error"].startswith("We cannot read RealAudio: ")
    assert await service.blob_keys() == set()
    assert service.temporary_files() == []
