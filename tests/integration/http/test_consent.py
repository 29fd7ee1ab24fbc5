"""Consent and age through HTTP: what is recorded, what is refused, and what a withdrawal stops."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from integration.http.service import API, NOTICE, VOICE, LoggedInUser, Service, assert_problem, sign_up

LOGIN = {"email": "new@example.org", "password": "correct horse"}
COLLECTOR = "the school office, 학교"
WITH_GUARDIANS = {"V2F_GUARDIAN_CONSENT_BY": COLLECTOR}
DEMANDING = {"V2F_CONSENT_REQUIRED": "true"}


@pytest.fixture
def environment() -> dict[str, str]:
    return {}


@pytest.fixture
def service(environment: dict[str, str]) -> Service:
    return Service(environment=environment)


async def consents(user: LoggedInUser) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = (await user.call("GET", "/users/consents")).json()["consents"]
    return listed


async def agree(user: LoggedInUser) -> dict[str, Any]:
    answer = await user.call("POST", "/users/consents", data={"notice_version": NOTICE})
    assert answer.status_code == 201, answer.text
    consent: dict[str, Any] = answer.json()
    return consent


async def withdraw(user: LoggedInUser, consent: dict[str, Any]) -> httpx.Response:
    answer = await user.call("DELETE", f"/users/consents/{consent['id']}")
    assert answer.status_code == 200, answer.text
    return answer


async def new_user(client: httpx.AsyncClient, **fields: str) -> LoggedInUser:
    """Sign up with these fields, and log in."""
    signed_up = await client.post(f"{API}/users", data={**LOGIN, **fields})
    assert signed_up.status_code == 201, signed_up.text
    token = (await client.post(f"{API}/auth", data=LOGIN)).json()["token"]
    return LoggedInUser(client, LOGIN["email"], token)


async def again(user: LoggedInUser, ids: dict[str, str]) -> httpx.Response:
    return await user.call("POST", f"/mz-request/{ids['mz_request_id']}/mz-result")


async def status(user: LoggedInUser, ids: dict[str, str]) -> dict[str, Any]:
    answer = await user.call("GET", f"/mz-request/{ids['mz_request_id']}/status/{ids['job_id']}")
    state: dict[str, Any] = answer.json()
    return state


# the notices


async def test_the_notices_tell_the_current_version_and_what_is_demanded(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{API}/notices")
    assert answer.json() == {
        "current": NOTICE,
        "versions": [NOTICE],
        "languages": ["en", "ko"],
        "required": False,
        "youngest": 14,
    }


@pytest.mark.parametrize("environment", [WITH_GUARDIANS | DEMANDING])
async def test_the_notices_and_the_document_tell_what_the_settings_demand(client: httpx.AsyncClient) -> None:
    told = (await client.get(f"{API}/notices")).json()
    assert (told["required"], told["youngest"]) == (True, 1)
    paths = (await client.get("/schema/openapi.json")).json()["paths"]
    for path in ("users", "mz-request"):
        (schema, *others) = [
            content["schema"] for content in paths[f"{API}/{path}"]["post"]["requestBody"]["content"].values()
        ]
        for one in (schema, *others):
            assert "notice_version" in one["required"]
            assert one["properties"]["notice_version"]["enum"] == [NOTICE]
            assert one["properties"]["age"]["minimum"] == 1


async def test_the_document_tells_the_youngest_age_and_the_current_version(client: httpx.AsyncClient) -> None:
    document = (await client.get("/schema/openapi.json")).json()
    content = document["paths"][f"{API}/mz-request"]["post"]["requestBody"]["content"]
    schema = content["multipart/form-data"]["schema"]
    assert schema["properties"]["age"]["minimum"] == 14
    assert schema["properties"]["notice_version"]["enum"] == [NOTICE, ""]
    assert "notice_version" not in schema["required"]
    answered = document["components"]["schemas"]["AccountResponse"]["properties"]["age"]
    assert answered["minimum"] == 1  # of accounts that were made before


@pytest.mark.parametrize(
    ("query", "accepted", "language", "begins"),
    [
        ("", None, "en", "# Privacy notice"),
        ("", "ko-KR,ko;q=0.9,en;q=0.8", "ko", "# 개인정보"),
        ("?language=ko", "en", "ko", "# 개인정보"),
        ("?language=en", "ko", "en", "# Privacy notice"),
    ],
)
async def test_a_notice_is_read_in_the_language_of_the_query_or_of_the_browser(
    client: httpx.AsyncClient, query: str, accepted: str | None, language: str, begins: str
) -> None:
    headers = {"Accept-Language": accepted} if accepted else {}
    answer = await client.get(f"{API}/notices/{NOTICE}{query}", headers=headers)
    notice = answer.json()
    assert (notice["version"], notice["language"], notice["is_current"]) == (NOTICE, language, True)
    assert notice["text"].startswith(begins)
    assert answer.headers["content-language"] == language
    assert "Accept-Language" in answer.headers.get_list("vary", split_commas=True)


async def test_an_unknown_version_is_404_and_an_unknown_language_422(client: httpx.AsyncClient) -> None:
    assert_problem(await client.get(f"{API}/notices/2020-01"), 404, "not_found")
    assert_problem(await client.get(f"{API}/notices/{NOTICE}?language=tlh"), 422, "invalid_value")


@pytest.mark.parametrize("environment", [{"V2F_OPERATOR": "Voices Ltd, privacy@example.org"}])
async def test_a_notice_names_the_operator(client: httpx.AsyncClient) -> None:
    assert "Voices Ltd, privacy@example.org" in (await client.get(f"{API}/notices/{NOTICE}")).json()["text"]


# what is recorded


async def test_signing_up_and_submitting_record_what_was_agreed_to_and_when(
    service: Service, client: httpx.AsyncClient
) -> None:
    user = await new_user(client, notice_version=NOTICE)
    service.clock.advance(minutes=5)
    ids = (await user.submit(notice_version=NOTICE)).json()
    of_request, of_account = await consents(user)
    assert of_account["mz_request_id"] is None
    assert of_request["mz_request_id"] == ids["mz_request_id"]
    for consent in (of_request, of_account):
        assert consent["notice_version"] == NOTICE
        assert consent["collected_by"] is consent["withdrawn_at"] is None
    assert of_request["agreed_at"] > of_account["agreed_at"]


async def test_a_client_that_knows_of_no_consent_goes_on_and_nothing_is_recorded(anna: LoggedInUser) -> None:
    await anna.submitted()
    assert (await anna.submit(notice_version="")).status_code == 201
    assert await consents(anna) == []


async def test_agreeing_twice_is_recorded_once(anna: LoggedInUser) -> None:
    first, second = await agree(anna), await agree(anna)
    assert first == second
    assert await consents(anna) == [first]


async def test_agreeing_at_the_same_moment_is_recorded_once(anna: LoggedInUser) -> None:
    await asyncio.gather(*(agree(anna) for _ in range(8)))
    assert len(await consents(anna)) == 1


@pytest.mark.parametrize("version", ["2020-01", "x" * 1000, "2026-12'"])
async def test_an_unknown_version_is_refused_and_the_current_one_named(
    service: Service, client: httpx.AsyncClient, anna: LoggedInUser, version: str
) -> None:
    sent = {"notice_version": version}
    for answer in (
        await client.post(f"{API}/users", data={**LOGIN, **sent}),
        await anna.submit(notice_version=version),
        await anna.call("POST", "/users/consents", data=sent),
    ):
        problem = assert_problem(answer, 422, "notice_outdated")
        assert f"«{NOTICE}»" in problem["error"]
        assert problem["field"] == "notice_version"
    assert await service.blob_keys() == set()
    assert await consents(anna) == []


# the setting that demands consent


@pytest.mark.parametrize("environment", [DEMANDING])
async def test_where_consent_is_demanded_nothing_is_accepted_without_it(
    service: Service, client: httpx.AsyncClient
) -> None:
    refused = await client.post(f"{API}/users", data=LOGIN)
    problem = assert_problem(refused, 422, "consent_required")
    assert f"«{NOTICE}»" in problem["error"]
    user = await new_user(client, notice_version=NOTICE)
    assert_problem(await user.submit(), 422, "consent_required")
    assert await service.blob_keys() == set()
    assert (await user.submit(notice_version=NOTICE)).status_code == 201
    assert len(await consents(user)) == 2


# withdrawing


async def test_after_a_withdrawal_nothing_is_drawn_until_the_user_agrees_again(
    service: Service, client: httpx.AsyncClient
) -> None:
    user = await new_user(client, notice_version=NOTICE)
    ids = await user.submitted()
    await service.run_jobs()
    (consent,) = await consents(user)
    answer = await withdraw(user, consent)
    assert "Nothing is erased" in answer.json()["message"]
    for refused in (await user.submit(), await user.submit(notice_version=NOTICE), await again(user, ids)):
        assert_problem(refused, 403, "consent_withdrawn")
    shown = await user.call("GET", f"/mz-request/{ids['mz_request_id']}/mz-result/{ids['mz_result_id']}")
    assert shown.json()["mz_result"]["voice_image_url"]
    assert len(await service.blob_keys()) > 1
    await agree(user)
    assert (await again(user, ids)).status_code == 201
    assert (await user.submit()).status_code == 201
    standing, withdrawn = await consents(user)
    assert standing["withdrawn_at"] is None
    assert withdrawn["withdrawn_at"] is not None


async def test_withdrawing_twice_is_as_once(service: Service, anna: LoggedInUser) -> None:
    consent = await agree(anna)
    first = await withdraw(anna, consent)
    service.clock.advance(minutes=5)
    assert (await withdraw(anna, consent)).json() == first.json()


async def test_an_old_consent_that_is_withdrawn_again_does_not_undo_a_new_one(anna: LoggedInUser) -> None:
    old = await agree(anna)
    await withdraw(anna, old)
    await agree(anna)
    await withdraw(anna, old)
    assert (await anna.submit()).status_code == 201


async def test_a_withdrawal_is_refused_before_the_recording_is_read(anna: LoggedInUser) -> None:
    await withdraw(anna, await agree(anna))
    read = []

    async def body() -> AsyncIterator[bytes]:
        read.append(1)
        yield b"--x\r\n"

    answer = await anna.call(
        "POST",
        "/mz-request",
        content=body(),
        headers={"Content-Type": "multipart/form-data; boundary=x", "Content-Length": "1000000"},
    )
    assert_problem(answer, 403, "consent_withdrawn")
    assert not read


async def test_jobs_that_wait_fail_with_a_sentence_and_those_of_other_users_do_not(
    service: Service, anna: LoggedInUser, ben: LoggedInUser
) -> None:
    mine, theirs = [await anna.submitted() for _ in range(3)], await ben.submitted()
    await withdraw(anna, await agree(anna))
    for ids in mine:
        state = await status(anna, ids)
        assert state["state"] == "failed"
        assert "withdrawn your consent" in state["error"]
    await service.run_jobs()
    assert (await status(ben, theirs))["state"] == "succeeded"
    assert not [key for key in await service.blob_keys() if any(ids["job_id"] in key for ids in mine)]


async def test_withdrawing_the_consent_of_a_request_stops_that_one_alone(
    service: Service, anna: LoggedInUser
) -> None:
    one, other = [(await anna.submit(notice_version=NOTICE)).json() for _ in range(2)]
    consent = next(found for found in await consents(anna) if found["mz_request_id"] == one["mz_request_id"])
    answer = await withdraw(anna, consent)
    assert "this request" in answer.json()["message"]
    assert "withdrawn your consent for this request" in (await status(anna, one))["error"]
    await service.run_jobs()
    assert (await status(anna, other))["state"] == "succeeded"
    problem = assert_problem(await again(anna, one), 403, "consent_withdrawn")
    assert "this request" in problem["error"]
    assert (await again(anna, other)).status_code == 201
    assert (await anna.submit()).status_code == 201


async def test_the_consent_of_an_erased_request_can_still_be_withdrawn(anna: LoggedInUser) -> None:
    ids = (await anna.submit(notice_version=NOTICE)).json()
    assert (await anna.call("DELETE", f"/mz-request/{ids['mz_request_id']}")).status_code == 204
    (consent,) = await consents(anna)
    await withdraw(anna, consent)
    (consent,) = await consents(anna)
    assert consent["withdrawn_at"]
    assert (await anna.submit()).status_code == 201


# age


@pytest.mark.parametrize("age", ["1", "13"])
async def test_a_person_under_14_is_refused_with_a_sentence(
    service: Service, client: httpx.AsyncClient, anna: LoggedInUser, age: str
) -> None:
    for answer in (await client.post(f"{API}/users", data={**LOGIN, "age": age}), await anna.submit(age=age)):
        problem = assert_problem(answer, 422, "too_young")
        assert "14 years" in problem["error"]
        assert problem["field"] == "age"
    assert_problem(await client.post(f"{API}/auth", data=LOGIN), 401, "wrong_credentials")
    assert await service.blob_keys() == set()
    assert (await anna.submit(age="14")).status_code == 201


@pytest.mark.parametrize("environment", [WITH_GUARDIANS])
@pytest.mark.parametrize("version", [NOTICE, ""])
async def test_with_the_setting_a_person_of_13_is_accepted_and_the_record_says_who_collected_the_consent(
    client: httpx.AsyncClient, service: Service, version: str
) -> None:
    child = await new_user(client, age="13", notice_version=version)
    ids = (await child.submit(age="13", notice_version=version)).json()
    recorded = await consents(child)
    assert {one["mz_request_id"] for one in recorded} == {None, ids["mz_request_id"]}
    for one in recorded:
        assert one["collected_by"] == COLLECTOR
        assert one["notice_version"] == (version or None)
    await service.run_jobs()
    assert (await again(child, ids)).status_code == 201
    (latest, *_) = await consents(child)
    assert (latest["mz_request_id"], latest["collected_by"]) == (ids["mz_request_id"], COLLECTOR)


@pytest.mark.parametrize("environment", [WITH_GUARDIANS])
async def test_with_the_setting_the_record_of_an_adult_names_no_collector(client: httpx.AsyncClient) -> None:
    adult = await new_user(client, age="14", notice_version=NOTICE)
    assert (await adult.submit(age="14")).status_code == 201
    (consent,) = await consents(adult)
    assert consent["collected_by"] is None
    assert (await adult.submit(age="13")).status_code == 201
    assert {one["collected_by"] for one in await consents(adult)} == {None, COLLECTOR}


@pytest.mark.parametrize("environment", [WITH_GUARDIANS])
async def test_without_the_setting_any_more_what_is_there_of_young_persons_is_not_drawn_again(
    service: Service, client: httpx.AsyncClient
) -> None:
    child = await new_user(client, age="13")
    adult = await sign_up(client)
    of_child, of_adult = await child.submitted(), (await adult.submit(age="13")).json()
    await service.run_jobs()
    strict = Service(database=service.database, clock=service.clock)
    strict.container.secret.override(service.container.secret)
    async with strict.client() as other:
        child.client = adult.client = other
        for answer in (
            await child.submit(age="34"),
            await again(child, of_child),
            await again(adult, of_adult),
            await child.call("POST", "/users/consents", data={"notice_version": NOTICE}),
        ):
            assert_problem(answer, 422, "too_young")
        shown = await child.call("GET", f"/mz-request/{of_child['mz_request_id']}")
        assert shown.json()["mz_request"]["status"] == "Success"
        erased = await child.call("DELETE", f"/mz-request/{of_child['mz_request_id']}")
        assert erased.status_code == 204


async def test_an_account_that_is_gone_is_refused_before_the_recording_is_read(
    service: Service, anna: LoggedInUser
) -> None:
    service.database._tables.users.clear()
    answer = await anna.call("POST", "/mz-request", files={"file": ("voice.wav", VOICE)})
    assert_problem(answer, 401, "invalid_token")
    assert_problem(
        await anna.call("POST", "/users/consents", data={"notice_version": NOTICE}), 401, "invalid_token"
    )
    assert_problem(await anna.call("DELETE", f"/users/consents/{'0' * 32}"), 401, "invalid_token")
