"""What the API says beforehand of what will be erased, and what it says afterwards."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from doubles.faces import fail
from integration.http.service import API, LoggedInUser, Service, assert_problem, sign_up

DAY = timedelta(days=1)
MEDIA = [f"{face}_{kind}_url" for face in ("voice", "condition") for kind in ("image", "gif", "loop")]


@pytest.fixture
def service() -> Service:
    days = {"RECORDINGS": 10, "FACES": 30, "FAILED": 5, "IDLE_ACCOUNTS": 100}
    return Service(environment={f"V2F_RETENTION_{name}_DAYS": str(count) for name, count in days.items()})


@pytest.fixture
async def client(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    async with service.client() as client:
        yield client


async def later(service: Service, anna: LoggedInUser, **duration: float) -> None:
    """Move the clock, let a sweep come, and log in again."""
    service.clock.advance(**duration)
    await service.container.erase_due()()
    login = {"email": anna.email, "password": "correct horse"}
    anna.token = (await anna.client.post(f"{API}/auth", data=login)).json()["token"]


def wire(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def said_of(request: dict[str, Any]) -> tuple[str | None, ...]:
    return tuple(request[name] for name in ("recording_erase_at", "faces_erase_at", "erase_at"))


async def listed(anna: LoggedInUser) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await anna.call("GET", "/mz-request")).json()["mz_request_list"]
    return found


async def test_an_account_says_how_long_things_are_kept(service: Service, client: httpx.AsyncClient) -> None:
    anna = await sign_up(client)
    mine = (await anna.call("GET", "/users")).json()
    assert mine["retention"] == {
        "recordings_days": 10,
        "faces_days": 30,
        "failed_days": 5,
        "idle_accounts_days": 100,
    }
    assert mine["erase_at"] == wire((service.clock() + 100 * DAY).replace(hour=12, minute=0, second=0))


async def test_by_default_everything_is_kept_and_nothing_is_announced() -> None:
    service = Service()
    async with service.client() as client:
        anna = await sign_up(client)
        ids = await anna.submitted()
        await service.run_jobs()
        (request,) = await listed(anna)
        assert said_of(request) == (None, None, None)
        mine = (await anna.call("GET", "/users")).json()
        assert mine == {"age": 34, "gender": "woman"}
        await later(service, anna, days=3000)
        assert [one["id"] for one in await listed(anna)] == [ids["mz_request_id"]]


async def test_what_is_said_of_a_request_comes_true(service: Service, client: httpx.AsyncClient) -> None:
    anna = await sign_up(client)
    sent_at = service.clock()
    ids = await anna.submitted()
    (request,) = await listed(anna)
    assert said_of(request) == (None, None, None)
    service.clock.advance(hours=1)
    await service.run_jobs()
    (request,) = await listed(anna)
    faces_go = wire(sent_at + timedelta(days=30, hours=1))
    assert said_of(request) == (wire(sent_at + 10 * DAY), faces_go, faces_go)
    path = f"/mz-request/{ids['mz_request_id']}"
    assert (await anna.call("GET", path)).json()["mz_request"] == request
    result = f"{path}/mz-result/{ids['mz_result_id']}"
    assert (await anna.call("GET", result)).json()["mz_result"]["faces_erase_at"] == faces_go

    await later(service, anna, days=10)
    (request,) = await listed(anna)
    assert said_of(request) == (None, faces_go, faces_go)
    assert (request["voice_url"], request["status"]) == (None, "Success")
    assert_problem(await anna.call("POST", f"{path}/mz-result"), 409, "recording_erased")

    await later(service, anna, days=20)
    assert await listed(anna) == []
    assert await service.blob_keys() == set()
    assert_problem(await anna.call("GET", result), 404, "not_found")


async def test_a_result_without_its_faces_keeps_status_and_ratings_and_takes_no_feedback() -> None:
    service = Service(environment={"V2F_RETENTION_FACES_DAYS": "30"})
    async with service.client() as client:
        anna = await sign_up(client)
        ids = await anna.submitted()
        await service.run_jobs()
        path = f"/mz-request/{ids['mz_request_id']}"
        result = f"{path}/mz-result/{ids['mz_result_id']}"
        rating = {"type": "voice", "rating": "4"}
        assert (await anna.call("PATCH", result, data=rating)).status_code == 200
        before = (await anna.call("GET", result)).json()["mz_result"]
        await later(service, anna, days=30)

        after = (await anna.call("GET", result)).json()["mz_result"]
        assert {after[name] for name in (*MEDIA, "acoustics", "faces_erase_at")} == {None}
        assert after["note"] == "These faces were erased: this service keeps faces for a limited time."
        kept = ("status", "voice_image_rating", "survey", "error", "created_at", "updated_at")
        assert [after[name] for name in kept] == [before[name] for name in kept]
        outcome = (await anna.call("GET", f"{path}/result/{ids['job_id']}")).json()
        assert (outcome["state"], outcome["mz_result"]) == ("succeeded", after)
        assert (await client.get(before["voice_image_url"])).status_code == 404
        assert_problem(await anna.call("PATCH", result, data=rating), 409, "faces_erased")
        assert_problem(await anna.call("POST", result, data={"opinion": "good"}), 409, "faces_erased")

        assert (await anna.call("POST", f"{path}/mz-result")).status_code == 201
        await service.run_jobs()
        (request,) = await listed(anna)
        assert (request["status"], request["faces_erase_at"]) == ("Success", wire(service.clock() + 30 * DAY))


async def test_a_failed_request_says_when_it_goes_and_goes_then(
    service: Service, client: httpx.AsyncClient
) -> None:
    anna = await sign_up(client)
    service.faces.trouble = fail(retryable=False)
    await anna.submitted()
    await service.run_jobs()
    goes = wire(service.clock() + 5 * DAY)
    (request,) = await listed(anna)
    assert (request["status"], said_of(request)) == ("Failed", (goes, None, goes))
    await later(service, anna, days=4, hours=23)
    assert len(await listed(anna)) == 1
    await later(service, anna, hours=2)
    assert await listed(anna) == []
