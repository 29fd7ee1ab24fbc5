"""Links to shared faces: what all can see who have one, and when there is nothing behind it any more."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from integration.http.service import (
    API,
    BASE,
    NOTICE,
    PASSWORD,
    LoggedInUser,
    Service,
    assert_problem,
    sign_up,
)


class Shared:
    """A result whose voice face is shared."""

    def __init__(self, request: str, result: str, url: str, expires_at: str) -> None:
        self.request, self.result, self.url, self.expires_at = request, result, url, expires_at

    @property
    def path(self) -> str:
        """Where a page asks for it."""
        return f"{API}/shares/{self.url.partition('#')[2]}"


async def shared_by(service: Service, user: LoggedInUser, **fields: Any) -> Shared:
    ids = (await user.submit(**fields)).json()
    await service.run_jobs()
    request = f"/mz-request/{ids['mz_request_id']}"
    result = f"{request}/mz-result/{ids['mz_result_id']}"
    answer = await user.call("POST", f"{result}/shares")
    assert answer.status_code == 201, answer.text
    assert answer.json().keys() == {"url", "expires_at"}
    return Shared(request, result, **answer.json())


async def test_all_who_have_the_link_see_the_voice_face_and_nothing_else(
    service: Service, client: httpx.AsyncClient, anna: LoggedInUser
) -> None:
    shared = await shared_by(service, anna)
    assert shared.url.startswith(f"{BASE}/shared#")
    answer = await client.get(shared.path)
    assert answer.status_code == 200, answer.text
    seen = answer.json()
    assert seen.keys() == {"voice_image_url", "voice_gif_url", "label", "language", "expires_at"}
    result = (await anna.call("GET", shared.result)).json()["mz_result"]
    for name in ("voice_image_url", "voice_gif_url"):
        assert seen[name] == result[name]
        assert (await client.get(seen[name])).status_code == 200
    for secret in (anna.email, result["mz_request_id"]):
        assert secret not in answer.text


async def test_a_link_is_not_kept_under_an_idempotency_key(
    service: Service, client: httpx.AsyncClient, anna: LoggedInUser
) -> None:
    shared = await shared_by(service, anna)
    service.clock.advance(seconds=1)
    for key in ("k", "k", "not a key"):
        answer = await anna.call("POST", f"{shared.result}/shares", headers={"Idempotency-Key": key})
        assert answer.status_code == 201, answer.text
        assert answer.json()["expires_at"] != shared.expires_at
        assert "idempotency-replayed" not in answer.headers
        service.clock.advance(seconds=1)
    service.clock.advance(hours=24)
    assert await service.container.forget_keyed_calls()() == 0
    path = f"{API}/mz-request/{{request_id}}/mz-result/{{result_id}}/shares"
    document = (await client.get("/schema/openapi.json")).json()
    named = [parameter["name"] for parameter in document["paths"][path]["post"]["parameters"]]
    assert named == ["request_id", "result_id"]


@pytest.mark.parametrize(
    ("query", "accepted", "language", "word"),
    [
        ("", "ko", "ko", "인물"),
        ("", "en", "en", "character"),
        ("", "", "en", "character"),
        ("?language=ko", "en", "ko", "인물"),
    ],
)
async def test_the_label_is_in_the_language_of_the_reader(
    service: Service,
    client: httpx.AsyncClient,
    anna: LoggedInUser,
    query: str,
    accepted: str,
    language: str,
    word: str,
) -> None:
    shared = await shared_by(service, anna)
    answer = await client.get(shared.path + query, headers={"Accept-Language": accepted})
    assert word in answer.json()["label"]
    assert (answer.json()["language"], answer.headers["content-language"]) == (language, language)
    assert "Accept-Language" in answer.headers["vary"]


async def test_a_link_ends_after_a_week(
    service: Service, client: httpx.AsyncClient, anna: LoggedInUser
) -> None:
    shared = await shared_by(service, anna)
    week = (service.clock() + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (shared.expires_at, (await client.get(shared.path)).json()["expires_at"]) == (week, week)
    service.clock.advance(days=6.99)
    assert (await client.get(shared.path)).status_code == 200
    service.clock.advance(days=0.01)
    assert_problem(await client.get(shared.path), 404, "invalid_share")


async def test_what_is_forged_ended_or_erased_is_answered_alike(
    service: Service, client: httpx.AsyncClient, anna: LoggedInUser
) -> None:
    first, second = await shared_by(service, anna), await shared_by(service, anna)
    forged = f"{API}/shares/{'A' * 75}"
    unsigned = (
        f"{API}/shares/{(await anna.call('GET', first.request)).json()['mz_request']['voice_url'][-75:]}"
    )
    await anna.call("DELETE", first.request)
    answers = [assert_problem(await client.get(path), 404, "invalid_share") for path in (forged, unsigned)]
    answers.append(assert_problem(await client.get(first.path), 404, "invalid_share"))
    await anna.call("DELETE", "/users", data={"password": PASSWORD})
    answers.append(assert_problem(await client.get(second.path), 404, "invalid_share"))
    service.clock.advance(days=8)
    answers.append(assert_problem(await client.get(second.path), 404, "invalid_share"))
    assert len({tuple(sorted((key, one[key]) for key in one if key != "instance")) for one in answers}) == 1


async def test_a_link_shows_nothing_while_consent_for_the_account_is_withdrawn(
    service: Service, client: httpx.AsyncClient, anna: LoggedInUser
) -> None:
    shared = await shared_by(service, anna)
    agreed = {"notice_version": NOTICE}
    consent = (await anna.call("POST", "/users/consents", data=agreed)).json()["id"]
    await anna.call("DELETE", f"/users/consents/{consent}")
    assert_problem(await client.get(shared.path), 404, "invalid_share")
    assert_problem(await anna.call("POST", f"{shared.result}/shares"), 403, "consent_withdrawn")
    await anna.call("POST", "/users/consents", data=agreed)
    assert (await client.get(shared.path)).status_code == 200


async def test_a_link_shows_nothing_once_consent_for_the_request_is_withdrawn(
    service: Service, client: httpx.AsyncClient, anna: LoggedInUser
) -> None:
    other = await shared_by(service, anna, notice_version=NOTICE)
    shared = await shared_by(service, anna, notice_version=NOTICE)
    consents = (await anna.call("GET", "/users/consents")).json()["consents"]
    (consent,) = [one["id"] for one in consents if shared.request.endswith(one["mz_request_id"])]
    await anna.call("DELETE", f"/users/consents/{consent}")
    assert_problem(await client.get(shared.path), 404, "invalid_share")
    problem = assert_problem(await anna.call("POST", f"{shared.result}/shares"), 403, "consent_withdrawn")
    assert "shared" in problem["error"]
    assert (await client.get(other.path)).status_code == 200


async def test_what_a_page_was_given_ends_with_an_erasure_at_once_and_after_a_withdrawal_within_an_hour(
    service: Service, client: httpx.AsyncClient, anna: LoggedInUser
) -> None:
    withdrawn, erased = await shared_by(service, anna, notice_version=NOTICE), await shared_by(service, anna)
    of_withdrawn, of_erased = [
        (await client.get(shared.path)).json()["voice_gif_url"] for shared in (withdrawn, erased)
    ]
    (consent,) = (await anna.call("GET", "/users/consents")).json()["consents"]
    await anna.call("DELETE", f"/users/consents/{consent['id']}")
    await anna.call("DELETE", erased.request)
    assert_problem(await client.get(of_erased), 404, "invalid_link")
    assert (await client.get(of_withdrawn)).status_code == 200
    service.clock.advance(hours=1)
    assert_problem(await client.get(of_withdrawn), 404, "invalid_link")


async def test_only_what_is_there_can_be_shared(
    service: Service, client: httpx.AsyncClient, anna: LoggedInUser, ben: LoggedInUser
) -> None:
    shared = await shared_by(service, anna)
    assert_problem(await ben.call("POST", f"{shared.result}/shares"), 404, "not_found")
    ids = await anna.submitted()
    queued = f"/mz-request/{ids['mz_request_id']}/mz-result/{ids['mz_result_id']}/shares"
    assert_problem(await anna.call("POST", queued), 409, "not_finished")


async def test_a_link_ends_with_the_faces_whose_period_is_over_and_with_the_guest() -> None:
    service = Service(environment={"V2F_RETENTION_FACES_DAYS": "2", "V2F_SHARE_DAYS": "30"})
    async with service.client() as client:
        anna = await sign_up(client)
        shared = await shared_by(service, anna)
        assert shared.expires_at == (service.clock() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
        service.clock.advance(days=2)
        await anna.log_in()
        assert_problem(await client.get(shared.path), 404, "invalid_share")
        assert_problem(await anna.call("POST", f"{shared.result}/shares"), 409, "faces_erased")
        await service.container.erase_due()()
        assert_problem(await anna.call("POST", f"{shared.result}/shares"), 409, "faces_erased")
        guest = LoggedInUser(client, "", (await client.post(f"{API}/guests")).json()["token"])
        shared = await shared_by(service, guest)
        assert shared.expires_at == (service.clock() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


async def test_the_link_is_below_the_public_address() -> None:
    service = Service(public_url="https://faces.example.org/base")
    async with service.client() as client:
        shared = await shared_by(service, await sign_up(client))
    assert shared.url.startswith("https://faces.example.org/base/shared#")


async def test_no_log_line_holds_the_token(
    service: Service, client: httpx.AsyncClient, anna: LoggedInUser, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        shared = await shared_by(service, anna)
        await client.get(shared.path)
    lines = "\n".join(one.getMessage() for one in caplog.records if one.name != "httpx")
    assert "GET /api/v1/shares/{token} 200" in lines
    assert "event=share" in lines
    assert shared.url.partition("#")[2] not in lines
