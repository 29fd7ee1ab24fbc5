"""The wire contract: every call of the front end."""

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from dependency_injector import providers
from PIL import Image, ImageSequence

from application.ports.faces import FaceFailed, FaceFiles, FaceOrder, ProgressReport
from domain.look import HairColour, HairStyle, LookWishes, SkinTone
from domain.voice import Gender, Person
from doubles.face_files import noise
from doubles.faces import FastFaces
from integration.http.service import (
    API,
    BASE,
    VOICE,
    LoggedInUser,
    Service,
    assert_problem,
    headers_of,
    sign_up,
)

REQUEST_FIELDS = {
    "id", "user_id", "age", "gender", "voice_url", "status", "ata", "latest_mz_result_id", "created_at", "updated_at",
}  # fmt: skip
RESULT_FIELDS = {
    "id", "mz_request_id", "condition_image_url", "condition_gif_url", "voice_image_url", "voice_gif_url",
    "condition_image_rating", "voice_image_rating", "created_at", "updated_at", "survey",
}  # fmt: skip


def is_moment(text: str) -> bool:
    return "T" in text and datetime.fromisoformat(text).utcoffset() is not None


async def test_signing_up_returns_the_address(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        f"{API}/users", data={"email": "Anna@Example.org", "password": "correct horse"}
    )
    assert answer.status_code == 201
    assert answer.json() == {"id": "anna@example.org"}


async def test_an_address_can_sign_up_once(client: httpx.AsyncClient, anna: LoggedInUser) -> None:
    answer = await client.post(f"{API}/users", data={"email": anna.email.upper(), "password": "another one"})
    assert_problem(answer, 409, "email_taken")


async def test_an_address_is_free_until_it_is_taken(client: httpx.AsyncClient, anna: LoggedInUser) -> None:
    free = await client.post(f"{API}/users/email/validation", data={"email": "new@example.org"})
    assert free.status_code == 200
    assert free.json()["message"]
    taken = await client.post(f"{API}/users/email/validation", data={"email": anna.email})
    assert_problem(taken, 409, "email_taken")


async def test_my_data_are_those_of_the_sign_up_or_the_defaults(
    client: httpx.AsyncClient, anna: LoggedInUser
) -> None:
    mine = (await anna.call("GET", "/users")).json()
    assert (mine["age"], mine["gender"]) == (34, "woman")
    login = {"email": "carl@example.org", "password": "correct horse"}
    await client.post(f"{API}/users", data=login)
    token = (await client.post(f"{API}/auth", data=login)).json()["token"]
    answer = await client.get(f"{API}/users", headers={"Token": token})
    assert (answer.json()["age"], answer.json()["gender"]) == (20, "man")


async def test_logging_in_returns_a_token_and_the_address(
    client: httpx.AsyncClient, anna: LoggedInUser
) -> None:
    answer = await client.post(f"{API}/auth", data={"email": "ANNA@example.org", "password": "correct horse"})
    assert answer.status_code == 200
    assert answer.json()["email"] == anna.email
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    assert (await client.get(f"{API}/users", headers=headers)).status_code == 200


async def test_an_unknown_address_is_refused_like_a_wrong_password(
    client: httpx.AsyncClient, anna: LoggedInUser
) -> None:
    wrong = await client.post(f"{API}/auth", data={"email": anna.email, "password": "wrong horse"})
    unknown = await client.post(
        f"{API}/auth", data={"email": "unknown@example.org", "password": "wrong horse"}
    )
    assert_problem(wrong, 401, "wrong_credentials")
    assert wrong.json() == unknown.json()
    assert headers_of(wrong) == headers_of(unknown)


async def test_all_calls_from_sending_a_voice_to_erasing_the_request(
    service: Service, client: httpx.AsyncClient, anna: LoggedInUser
) -> None:
    submitted = await anna.submit(video="3")
    assert submitted.status_code == 201
    ids = submitted.json()
    request_id, result_id, job_id = ids["mz_request_id"], ids["mz_result_id"], ids["job_id"]

    (listed,) = (await anna.call("GET", "/mz-request")).json()["mz_request_list"]
    assert set(listed) >= REQUEST_FIELDS
    assert listed["id"] == request_id
    assert listed["user_id"] == anna.email
    assert (listed["age"], listed["gender"]) == (34, "woman")
    assert (listed["status"], listed["ata"]) == ("Proceeding", None)
    assert listed["latest_mz_result_id"] == result_id
    assert is_moment(listed["created_at"])
    assert is_moment(listed["updated_at"])
    assert (await anna.call("GET", f"/mz-request/{request_id}")).json() == {"mz_request": listed}

    state = (await anna.call("GET", f"/mz-request/{request_id}/status/{job_id}")).json()
    assert (state["state"], state["status"], state["place"]) == ("queued", "Proceeding", 1)
    outcome = (await anna.call("GET", f"/mz-request/{request_id}/result/{job_id}")).json()
    assert (outcome["status"], outcome["mz_result"], outcome["error"]) == ("Proceeding", None, None)
    unfinished = (await anna.call("GET", f"/mz-request/{request_id}/mz-result/{result_id}")).json()[
        "mz_result"
    ]
    assert {unfinished[name] for name in RESULT_FIELDS if name.endswith("_url")} == {None}

    await service.run_jobs()

    (listed,) = (await anna.call("GET", "/mz-request")).json()["mz_request_list"]
    assert listed["status"] == "Success"
    assert is_moment(listed["ata"])
    voice = await client.get(listed["voice_url"])
    assert (voice.content, voice.headers["content-type"]) == (VOICE, "audio/flac")
    state = (await anna.call("GET", f"/mz-request/{request_id}/status/{job_id}")).json()
    assert (state["state"], state["status"], state["percent"]) == ("succeeded", "Success", 100)

    path = f"/mz-request/{request_id}/mz-result/{result_id}"
    result = (await anna.call("GET", path)).json()["mz_result"]
    assert set(result) >= RESULT_FIELDS
    assert result["acoustics"]["pitch_hz"] == 120.0
    assert (result["survey"], result["updated_at"]) == (0, None)
    assert (result["voice_image_rating"], result["condition_image_rating"]) == (None, None)
    for name, kind, first_bytes in (("image", "image/png", b"\x89PNG"), ("gif", "video/mp4", b"\0\0\0")):
        for face in ("voice", "condition"):
            answer = await client.get(result[f"{face}_{name}_url"])
            assert answer.headers["content-type"] == kind
            assert answer.content.startswith(first_bytes)
    outcome = (await anna.call("GET", f"/mz-request/{request_id}/result/{job_id}")).json()
    assert outcome["mz_result"] == result

    rated = await anna.call("PATCH", path, data={"type": "voice", "rating": "4"})
    assert (rated.status_code, rated.json()) == (200, {"message": "rating updated successfully"})
    await anna.call("PATCH", path, data={"type": "condition", "rating": "1"})
    answered = await anna.call(
        "POST", path, data={"opinion": "Ähnlich!", "dissatisfy_reason": "0, 2", "new": "x"}
    )
    assert answered.status_code == 200
    assert answered.json()["mz_result_id"] == result_id
    assert answered.json()["mz_survey_id"]
    result = (await anna.call("GET", path)).json()["mz_result"]
    assert (result["voice_image_rating"], result["condition_image_rating"], result["survey"]) == (4, 1, 1)
    assert is_moment(result["updated_at"])

    again = await anna.call("POST", f"/mz-request/{request_id}/mz-result")
    assert again.status_code == 201
    assert again.json()["mz_request_id"] == request_id
    assert again.json()["regenerate_mz_result_id"] not in (result_id, None)
    assert_problem(
        await anna.call("POST", f"/mz-request/{request_id}/mz-result"), 409, "generation_in_flight"
    )
    await service.run_jobs()
    latest = (await anna.call("GET", f"/mz-request/{request_id}")).json()["mz_request"]
    assert latest["latest_mz_result_id"] == again.json()["regenerate_mz_result_id"]
    assert (await anna.call("GET", path)).json()["mz_result"]["voice_image_rating"] == 4

    erased = await anna.call("DELETE", f"/mz-request/{request_id}")
    assert (erased.status_code, erased.content) == (204, b"")
    assert await service.blob_keys() == set()
    assert_problem(await anna.call("GET", path), 404, "not_found")
    assert_problem(await client.get(listed["voice_url"]), 404, "invalid_link")


async def test_links_are_absolute_signed_and_the_same_at_every_poll(
    service: Service, anna: LoggedInUser
) -> None:
    await anna.submitted()
    first, second = [
        (await anna.call("GET", "/mz-request")).json()["mz_request_list"][0]["voice_url"] for _ in range(2)
    ]
    assert first == second
    assert first.startswith(f"{BASE}{API}/media/")


async def test_links_begin_with_the_public_address_in_the_settings() -> None:
    service = Service(public_url="https://faces.example.org/base/")
    async with service.client() as client:
        anna = await sign_up(client)
        await anna.submitted()
        (listed,) = (await anna.call("GET", "/mz-request")).json()["mz_request_list"]
        assert listed["voice_url"].startswith("https://faces.example.org/base/api/v1/media/")
        path = urlsplit(listed["voice_url"]).path.removeprefix("/base")
        assert (await client.get(path)).content == VOICE


async def test_faces_cannot_be_rated_before_they_are_made(anna: LoggedInUser) -> None:
    ids = await anna.submitted()
    path = f"/mz-request/{ids['mz_request_id']}/mz-result/{ids['mz_result_id']}"
    assert_problem(await anna.call("PATCH", path, data={"type": "voice", "rating": "4"}), 409, "not_finished")
    assert_problem(await anna.call("POST", path, data={"opinion": "early"}), 409, "not_finished")


async def test_the_eleventh_open_request_is_refused_until_one_is_erased(
    service: Service, anna: LoggedInUser, ben: LoggedInUser
) -> None:
    for _ in range(10):
        ids = await anna.submitted()
    assert_problem(await anna.submit(), 429, "quota_exceeded")
    assert len((await anna.call("GET", "/mz-request")).json()["mz_request_list"]) == 10
    assert len(await service.blob_keys()) == 10
    await ben.submitted()
    await anna.call("DELETE", f"/mz-request/{ids['mz_request_id']}")
    await anna.submitted()


async def test_a_refused_voice_leaves_no_request_and_no_blob(service: Service, anna: LoggedInUser) -> None:
    problem = assert_problem(await anna.submit(voice=b"no voice in here"), 422, "voice_no_voice")
    assert "record again" in problem["error"]
    assert (await anna.call("GET", "/mz-request")).json() == {"mz_request_list": []}
    assert await service.blob_keys() == set()


async def test_a_file_without_sound_is_an_unsupported_media_type(anna: LoggedInUser) -> None:
    assert_problem(await anna.submit(voice=b"not audio at all"), 415, "voice_not_audio")


async def test_a_token_expires(service: Service, anna: LoggedInUser) -> None:
    service.clock.advance(hours=24)
    problem = assert_problem(await anna.call("GET", "/users"), 401, "invalid_token")
    assert "Log in again" in problem["error"]


async def test_the_list_comes_in_pages_only_if_the_client_asks_for_pages(
    service: Service, anna: LoggedInUser
) -> None:
    ids = []
    for _ in range(5):
        ids.append((await anna.submitted())["mz_request_id"])
        service.clock.advance(seconds=1)
    newest_first = ids[::-1]

    async def page(query: str) -> tuple[list[str], object]:
        body = (await anna.call("GET", f"/mz-request{query}")).json()
        return [request["id"] for request in body["mz_request_list"]], body.get("next_cursor", "none at all")

    assert await page("") == (newest_first, "none at all")
    first, cursor = await page("?limit=2")
    second, next_cursor = await page(f"?limit=2&cursor={cursor}")
    third, last = await page(f"?limit=2&cursor={next_cursor}")
    assert first + second + third == newest_first
    assert last is None
    assert await page(f"?cursor={cursor}") == (newest_first[2:], None)
    for bad in ("limit=0", "limit=101", "limit=x", "limit=", "cursor=x"):
        problem = assert_problem(await anna.call("GET", f"/mz-request?{bad}"), 422, "invalid_value")
        name = bad.split("=")[0]
        assert problem["field"] == name
        assert problem["error"].startswith(f"«{name}» must be ")


async def test_the_face_makers_get_the_age_the_gender_and_the_wishes_of_the_request(
    service: Service, anna: LoggedInUser
) -> None:
    wishes: dict[str, Any] = {
        "skin_tone": "olive",
        "hair_style": "bun",
        "hair_colour": "grey",
        "glasses": "true",
    }
    assert (await anna.submit(age="71", gender="man", **wishes)).status_code == 201
    await service.run_jobs()
    for order in service.faces.orders:
        assert order.person == Person(71, Gender.MAN)
        assert order.wishes == LookWishes(
            skin_tone=SkinTone.OLIVE, hair_style=HairStyle.BUN, hair_colour=HairColour.GREY, glasses=True
        )
    assert len(service.faces.orders) == 2


async def test_a_loop_and_a_note_of_the_face_maker_are_in_the_result(
    service: Service, anna: LoggedInUser
) -> None:
    class ThoroughFaces(FastFaces):
        async def make(self, order: FaceOrder, workspace: Path, report: ProgressReport) -> FaceFiles:
            files = await super().make(order, workspace, report)
            loop = workspace / "loop.webp"
            noise().save(loop, save_all=True, append_images=[noise(2)], duration=80, loop=0)
            return replace(files, loop=loop, note="The video was cut short.")

    service.container.voice_faces.override(providers.Object(ThoroughFaces()))
    ids = await anna.submitted()
    await service.run_jobs()
    path = f"/mz-request/{ids['mz_request_id']}/mz-result/{ids['mz_result_id']}"
    result = (await anna.call("GET", path)).json()["mz_result"]
    assert result["note"] == "The video was cut short."
    loop = await anna.client.get(result["voice_loop_url"])
    assert loop.headers["content-type"] == "image/webp"
    with Image.open(BytesIO(loop.content)) as shown:
        assert sum(1 for _ in ImageSequence.Iterator(shown)) == 2


async def test_a_failed_job_says_why_it_failed(service: Service, anna: LoggedInUser) -> None:
    def refuse(_: FaceOrder) -> None:
        raise FaceFailed("The voice breaks off too early. Record again.", retryable=False)

    service.faces.trouble = refuse
    ids = await anna.submitted()
    await service.run_jobs()
    listed = (await anna.call("GET", f"/mz-request/{ids['mz_request_id']}")).json()["mz_request"]
    assert listed["status"] == "Failed"
    state = (await anna.call("GET", f"/mz-request/{ids['mz_request_id']}/status/{ids['job_id']}")).json()
    assert (state["status"], state["error"]) == ("Failed", "The voice breaks off too early. Record again.")
    outcome = (await anna.call("GET", f"/mz-request/{ids['mz_request_id']}/result/{ids['job_id']}")).json()
    assert (outcome["status"], outcome["error"], outcome["mz_result"]) == ("Failed", state["error"], None)
