"""The quotas over HTTP: who is refused, when, and what the answers tell."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from entrypoints.http.bodies import uploads
from entrypoints.http.cors import EXPOSED_HEADERS
from integration.http.service import VOICE, LoggedInUser, Service, assert_problem, sign_up

BOUNDARY = "a-boundary"
FORM = (
    "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (("age", "34"), ("gender", "woman"))
    )
    + f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="v.wav"\r\n\r\n'
).encode()


class SlowUpload:
    """A submission whose recording arrives when the test says so."""

    def __init__(self, user: LoggedInUser, voice: bytes = VOICE) -> None:
        self.begun, self.finish = asyncio.Event(), asyncio.Event()
        self._voice = voice
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        self.answer = asyncio.create_task(
            user.call("POST", "/mz-request", content=self._body(), headers=headers)
        )

    async def _body(self) -> AsyncIterator[bytes]:
        self.begun.set()
        yield FORM
        await self.finish.wait()
        yield self._voice + f"\r\n--{BOUNDARY}--\r\n".encode()

    async def finished(self) -> httpx.Response:
        self.finish.set()
        return await self.answer


async def test_answers_tell_how_much_is_left_of_each_quota(anna: LoggedInUser) -> None:
    answer = await anna.submit()
    size = len(VOICE)
    assert answer.headers["ratelimit-policy"] == (
        '"open-requests";q=10, "stored-bytes";q=524288000, "requests";q=50;w=86400, "drawing-seconds";q=7200;w=86400'
    )
    assert answer.headers["ratelimit"] == (
        f'"open-requests";r=9, "stored-bytes";r={524288000 - size}, "requests";r=49;t=86400, '
        '"drawing-seconds";r=6600;t=60'
    )


async def test_making_faces_again_tells_it_too(service: Service, anna: LoggedInUser) -> None:
    ids = await anna.submitted()
    await service.run_jobs()
    answer = await anna.call("POST", f"/mz-request/{ids['mz_request_id']}/mz-result")
    assert answer.status_code == 201
    assert '"open-requests";r=9' in answer.headers["ratelimit"]
    assert '"requests";r=48;t=86400' in answer.headers["ratelimit"]


def test_pages_of_other_origins_may_read_the_fields() -> None:
    assert {"RateLimit", "RateLimit-Policy", "Retry-After"} <= set(EXPOSED_HEADERS)


async def test_a_user_without_room_is_refused_before_the_body_is_read(anna: LoggedInUser) -> None:
    for _ in range(10):
        await anna.submitted()
    upload = SlowUpload(anna)
    problem = assert_problem(await upload.answer, 429, "quota_exceeded")
    assert not upload.begun.is_set()
    assert "Delete one" in problem["error"]
    assert "retry-after" not in (await upload.answer).headers
    assert '"open-requests";r=0' in (await upload.answer).headers["ratelimit"]


async def test_erasing_gives_no_request_of_the_day_back_and_a_day_later_there_is_room() -> None:
    service = Service(environment={"V2F_TOKEN_HOURS": "48"})
    async with service.client() as client:
        anna = await sign_up(client)
        for _ in range(50):
            ids = await anna.submitted()
            assert (await anna.call("DELETE", f"/mz-request/{ids['mz_request_id']}")).is_success
        service.clock.advance(hours=1)
        answer = await anna.submit()
        assert_problem(answer, 429, "daily_quota_exceeded")
        assert answer.headers["retry-after"] == str(23 * 3600)
        service.clock.advance(seconds=23 * 3600)
        await anna.submitted()


async def test_a_user_may_send_three_recordings_at_once(anna: LoggedInUser, ben: LoggedInUser) -> None:
    running = [SlowUpload(anna) for _ in range(3)]
    for upload in running:
        await upload.begun.wait()
    fourth = SlowUpload(anna)
    assert_problem(await fourth.answer, 429, "too_many_uploads")
    assert not fourth.begun.is_set()
    assert (await fourth.answer).headers["retry-after"] == "5"
    assert (await fourth.answer).headers["ratelimit"] == '"uploads";r=0;t=5'
    await ben.submitted()
    assert [(await upload.finished()).status_code for upload in running] == [201, 201, 201]
    await anna.submitted()


async def test_an_upload_that_is_refused_or_cut_off_makes_room_for_another(anna: LoggedInUser) -> None:
    for _ in range(4):
        assert_problem(await SlowUpload(anna, voice=b"no voice in here").finished(), 422, "voice_no_voice")
    for _ in range(4):
        cut_off = SlowUpload(anna)
        await cut_off.begun.wait()
        cut_off.answer.cancel()
        await asyncio.wait({cut_off.answer})
    await anna.submitted()


async def test_results_beyond_the_number_that_is_kept_are_erased_with_their_files(
    service: Service, anna: LoggedInUser
) -> None:
    ids = await anna.submitted()
    request, results = f"/mz-request/{ids['mz_request_id']}", [ids["mz_result_id"]]
    await service.run_jobs()
    for _ in range(6):
        answer = await anna.call("POST", f"{request}/mz-result")
        results.append(answer.json()["regenerate_mz_result_id"])
        await service.run_jobs()
    statuses = [(await anna.call("GET", f"{request}/mz-result/{one}")).status_code for one in results]
    assert statuses == [404, 404, 200, 200, 200, 200, 200]
    kept = {key.split("/")[1] for key in await service.blob_keys() if key.startswith("faces/")}
    assert kept == set(results[2:])


async def test_faces_without_room_fail_with_a_sentence_that_says_what_to_do() -> None:
    service = Service(environment={"V2F_QUOTA_STORED_MEGABYTES": "1"})
    async with service.client() as client:
        anna = await sign_up(client)
        ids = (await anna.submit(voice=b"v" * (1024 * 1024 - 100))).json()
        await service.run_jobs()
        status = await anna.call("GET", f"/mz-request/{ids['mz_request_id']}/status/{ids['job_id']}")
        assert status.json()["status"] == "Failed"
        assert "Delete a request to make room." in status.text
        assert len(await service.blob_keys()) == 1
        refused = await anna.submit(voice=b"v" * 101)
        assert_problem(refused, 429, "storage_quota_exceeded")
        assert len(await service.blob_keys()) == 1
        assert (await anna.submit(voice=b"v" * 100)).status_code == 201
        again = await anna.call("POST", f"/mz-request/{ids['mz_request_id']}/mz-result")
        assert_problem(again, 429, "storage_quota_exceeded")


async def test_no_limits_no_fields() -> None:
    names = (
        "OPEN_REQUESTS",
        "REQUESTS_A_DAY",
        "DRAWING_SECONDS_A_DAY",
        "STORED_MEGABYTES",
        "UPLOADS_AT_ONCE",
    )
    service = Service(environment={f"V2F_QUOTA_{name}": "0" for name in names})
    async with service.client() as client:
        anna = await sign_up(client)
        for _ in range(12):
            answer = await anna.submit()
            assert answer.status_code == 201
        assert "ratelimit" not in answer.headers


async def test_a_full_disk_is_no_fault_of_the_client(
    anna: LoggedInUser, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(uploads._FileWriter, "_write", full)
        assert_problem(await anna.submit(), 503, "service_unavailable")
    with monkeypatch.context() as disk:
        disk.setattr("tempfile.NamedTemporaryFile", full)
        assert_problem(await anna.submit(), 503, "service_unavailable")
    assert service.temporary_files() == []
    await anna.submitted()
