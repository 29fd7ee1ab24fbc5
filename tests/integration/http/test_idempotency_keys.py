"""Idempotency keys: what a client can rely on when it repeats a call."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from dependency_injector import providers

from application.errors import ServiceUnavailable
from application.keyed_calls import begin
from domain.ids import UserId
from domain.voice import Recording
from doubles.voices import NO_VOICE, TrustingChecker
from integration.http.service import (
    API,
    NOTICE,
    PASSWORD,
    VOICE,
    LoggedInUser,
    Service,
    assert_problem,
    sign_up,
)

KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}
REPLAYED = "idempotency-replayed"


class SlowChecker(TrustingChecker):
    """Checks a recording when it is told to; says when it has begun."""

    def __init__(self) -> None:
        self.begun, self.goes_on = asyncio.Event(), asyncio.Event()

    async def check(self, path: Path, copy: Path, user_id: UserId) -> Recording:
        self.begun.set()
        await self.goes_on.wait()
        return await super().check(path, copy, user_id)


async def submit(
    user: LoggedInUser, key: str = KEY["Idempotency-Key"], voice: bytes = VOICE, **fields: str
) -> httpx.Response:
    return await user.call(
        "POST",
        "/mz-request",
        headers={"Idempotency-Key": key},
        data={"age": "34", "gender": "woman", **fields},
        files={"file": ("svelte_audio.wav", voice, "audio/wav")},
    )


async def requests_of(user: LoggedInUser) -> list[str]:
    listed = (await user.call("GET", "/mz-request")).json()["mz_request_list"]
    return [request["id"] for request in listed]


def assert_replayed(again: httpx.Response, first: httpx.Response) -> None:
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers.get("content-type") == first.headers.get("content-type")
    assert again.headers[REPLAYED] == "true"
    assert REPLAYED not in first.headers


async def test_a_recording_that_is_sent_twice_is_one_request(service: Service, anna: LoggedInUser) -> None:
    first, again = await submit(anna), await submit(anna)
    assert first.status_code == 201
    assert_replayed(again, first)
    assert await requests_of(anna) == [first.json()["mz_request_id"]]
    assert len(service.announcer.announced) == 1


async def test_another_key_makes_another_request(anna: LoggedInUser) -> None:
    await submit(anna, "one")
    await submit(anna, "two")
    await anna.submit()
    assert len(await requests_of(anna)) == 3


async def test_a_key_of_another_user_is_unknown(anna: LoggedInUser, ben: LoggedInUser) -> None:
    first, other = await submit(anna), await submit(ben)
    assert other.status_code == 201
    assert REPLAYED not in other.headers
    assert first.json()["mz_request_id"] != other.json()["mz_request_id"]


@pytest.mark.parametrize("changed", [{"voice": VOICE + b"."}, {"age": "35"}, {"hair_style": "bob"}])
async def test_a_key_cannot_be_used_for_something_else(anna: LoggedInUser, changed: dict[str, str]) -> None:
    first = await submit(anna)
    assert_problem(await submit(anna, **changed), 422, "key_reused")  # type: ignore[arg-type]
    assert_problem(await anna.call("DELETE", "/auth/sessions", headers=KEY), 422, "key_reused")
    assert_replayed(await submit(anna), first)


async def test_fields_count_and_not_how_they_are_encoded(service: Service, anna: LoggedInUser) -> None:
    ids = await anna.submitted()
    await service.run_jobs()
    result = f"/mz-request/{ids['mz_request_id']}/mz-result/{ids['mz_result_id']}"
    first = await anna.call("PATCH", result, headers=KEY, data={"type": "voice", "rating": "4"})
    as_json = await anna.call("PATCH", result, headers=KEY, json={"rating": 4, "type": "voice"})
    assert_replayed(as_json, first)
    other = await anna.call("PATCH", result, headers=KEY, data={"type": "voice", "rating": "5"})
    assert_problem(other, 422, "key_reused")


async def test_a_rating_that_was_replaced_meanwhile_stays(service: Service, anna: LoggedInUser) -> None:
    ids = await anna.submitted()
    await service.run_jobs()
    result = f"/mz-request/{ids['mz_request_id']}/mz-result/{ids['mz_result_id']}"
    await anna.call("PATCH", result, headers=KEY, data={"type": "voice", "rating": "4"})
    await anna.call("PATCH", result, data={"type": "voice", "rating": "1"})
    await anna.call("PATCH", result, headers=KEY, data={"type": "voice", "rating": "4"})
    shown = (await anna.call("GET", result)).json()["mz_result"]
    assert shown["voice_image_rating"] == 1


async def test_a_guest_s_only_recording_can_be_sent_again(client: httpx.AsyncClient) -> None:
    guest = LoggedInUser(client, "", (await client.post(f"{API}/guests")).json()["token"])
    first = await submit(guest)
    assert_replayed(await submit(guest), first)
    assert_problem(await submit(guest, "another"), 429, "guest_limit")


async def test_a_recording_that_is_sent_again_after_the_consent_was_withdrawn_is_answered_as_before(
    anna: LoggedInUser,
) -> None:
    agreed = await anna.call("POST", "/users/consents", data={"notice_version": NOTICE})
    first = await submit(anna)
    await anna.call("DELETE", f"/users/consents/{agreed.json()['id']}")
    assert_replayed(await submit(anna), first)
    assert_problem(await submit(anna, "another"), 403, "consent_withdrawn")


async def test_a_call_that_still_runs_is_refused_until_it_is_done(
    service: Service, anna: LoggedInUser
) -> None:
    checker = SlowChecker()
    service.container.checker.override(providers.Object(checker))
    running = asyncio.create_task(submit(anna))
    await checker.begun.wait()
    refused = await submit(anna)
    assert_problem(refused, 409, "key_running")
    assert refused.headers["retry-after"] == "2"
    checker.goes_on.set()
    first = await running
    assert first.status_code == 201
    assert_replayed(await submit(anna), first)
    assert len(await requests_of(anna)) == 1


async def test_of_many_at_the_same_time_one_has_an_effect(anna: LoggedInUser) -> None:
    answers = await asyncio.gather(*(submit(anna) for _ in range(3)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.is_success}) == 1
    assert len(await requests_of(anna)) == 1


async def test_a_call_that_hangs_is_begun_again_after_a_minute_and_then_has_no_effect(
    service: Service, anna: LoggedInUser
) -> None:
    hanging = SlowChecker()
    service.container.checker.override(providers.Object(hanging))
    late = asyncio.create_task(submit(anna))
    await hanging.begun.wait()
    service.container.checker.override(providers.Object(TrustingChecker()))
    service.container.submit.reset()
    service.clock.advance(seconds=59)
    assert_problem(await submit(anna), 409, "key_running")
    service.clock.advance(seconds=1)
    second = await submit(anna)
    assert second.status_code == 201
    hanging.goes_on.set()
    assert_problem(await late, 409, "key_running")
    assert await requests_of(anna) == [second.json()["mz_request_id"]]
    assert len(await service.blob_keys()) == 1
    assert_replayed(await submit(anna), second)


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256])
async def test_a_malformed_key_is_refused(anna: LoggedInUser, key: str) -> None:
    answer = await anna.call("DELETE", "/auth/sessions", headers={"Idempotency-Key": key.encode()})
    assert_problem(answer, 400, "key_malformed")
    assert (await anna.call("GET", "/users")).status_code == 200


async def test_two_keys_are_refused(client: httpx.AsyncClient, anna: LoggedInUser) -> None:
    headers = [("Token", anna.token), ("Idempotency-Key", "a"), ("Idempotency-Key", "a")]
    answer = await client.request("DELETE", f"{API}/auth/sessions", headers=headers)
    assert_problem(answer, 400, "key_malformed")


@pytest.mark.parametrize("key", ["x", "~" * 255, '"quoted"'])
async def test_any_other_word_is_a_key(anna: LoggedInUser, key: str) -> None:
    first, again = [await submit(anna, key) for _ in range(2)]
    assert_replayed(again, first)


async def test_without_a_token_and_for_reading_a_key_does_not_matter(
    client: httpx.AsyncClient, anna: LoggedInUser
) -> None:
    malformed = {"Idempotency-Key": "not a key"}
    login = {"email": anna.email, "password": PASSWORD}
    tokens = [(await client.post(f"{API}/auth", data=login, headers=malformed)).json()["token"]]
    assert tokens[0]
    assert (await anna.call("GET", "/users", headers=malformed)).status_code == 200
    assert_problem(await client.delete(f"{API}/users", headers=malformed), 401, "invalid_token")


async def test_a_refusal_is_not_kept(service: Service, anna: LoggedInUser) -> None:
    ids = await anna.submitted()
    path = f"/mz-request/{ids['mz_request_id']}/mz-result"
    first = await anna.call("POST", path, headers=KEY)
    assert_problem(first, 409, "generation_in_flight")
    assert_problem(await anna.call("POST", path, headers=KEY), 409, "generation_in_flight")
    await service.run_jobs()
    assert (await anna.call("POST", path, headers=KEY)).status_code == 201


@pytest.mark.parametrize("wrong", [{"age": "x"}, {"age": "400"}, {"voice": NO_VOICE}])
async def test_what_was_refused_can_be_mended_and_sent_with_the_same_key(
    anna: LoggedInUser, wrong: dict[str, str]
) -> None:
    refused = await submit(anna, **wrong)  # type: ignore[arg-type]
    assert refused.status_code == 422
    first = await submit(anna)
    assert first.status_code == 201
    assert_replayed(await submit(anna), first)


async def test_a_body_that_is_cut_off_uses_up_no_key(anna: LoggedInUser) -> None:
    async def half() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="age"\r\n\r\n34'

    headers = {**KEY, "Content-Type": "multipart/form-data; boundary=x"}
    cut = await anna.call("POST", "/mz-request", content=half(), headers=headers)
    assert_problem(cut, 400, "malformed_body")
    assert (await submit(anna)).status_code == 201


async def test_a_refusal_that_waiting_may_end_is_not_kept(anna: LoggedInUser) -> None:
    for _ in range(10):
        await anna.submitted()
    assert_problem(await submit(anna), 429, "quota_exceeded")
    await anna.call("DELETE", f"/mz-request/{(await requests_of(anna))[0]}")
    assert (await submit(anna)).status_code == 201


async def test_a_fault_is_not_kept(service: Service, anna: LoggedInUser) -> None:
    class AwayChecker(TrustingChecker):
        async def check(self, path: Path, copy: Path, user_id: UserId) -> Recording:
            raise ServiceUnavailable("disk")

    service.container.checker.override(providers.Object(AwayChecker()))
    assert_problem(await submit(anna), 503, "service_unavailable")
    service.container.checker.override(providers.Object(TrustingChecker()))
    service.container.submit.reset()
    assert (await submit(anna)).status_code == 201


async def test_an_answer_is_kept_for_a_day(service: Service, anna: LoggedInUser) -> None:
    first = await submit(anna)
    service.clock.advance(hours=23, minutes=59)
    await anna.log_in()
    assert_replayed(await submit(anna), first)
    service.clock.advance(minutes=1)
    await anna.log_in()
    later = await submit(anna)
    assert later.status_code == 201
    assert later.json() != first.json()
    assert_replayed(await submit(anna), later)


async def test_housekeeping_forgets_what_is_older_than_a_day(service: Service, anna: LoggedInUser) -> None:
    await submit(anna)
    assert await service.container.forget_keyed_calls()() == 0
    service.clock.advance(hours=24)
    assert await service.container.forget_keyed_calls()() == 1


async def test_a_user_has_so_many_keys_at_once(
    service: Service, anna: LoggedInUser, ben: LoggedInUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(begin, "MOST_CALLS", 2)
    answers = [await submit(anna, key) for key in "aabc"]
    assert [answer.status_code for answer in answers] == [201, 201, 201, 429]
    assert_problem(answers[3], 429, "too_many_keys")
    assert (await submit(ben)).status_code == 201
    service.clock.advance(hours=24)  # housekeeping has not forgotten them yet
    await anna.log_in()
    assert [(await submit(anna, key)).status_code for key in "acb"] == [201, 201, 429]


async def test_a_call_that_ended_its_own_session_is_answered_401(
    client: httpx.AsyncClient, anna: LoggedInUser
) -> None:
    assert (await anna.call("DELETE", "/auth/sessions", headers=KEY)).status_code == 204
    assert_problem(await anna.call("DELETE", "/auth/sessions", headers=KEY), 401, "invalid_token")
    ben = await sign_up(client, "ben")
    erased = await ben.call("DELETE", "/users", headers=KEY, data={"password": PASSWORD})
    assert erased.status_code == 200
    again = await ben.call("DELETE", "/users", headers=KEY, data={"password": PASSWORD})
    assert_problem(again, 401, "invalid_token")


async def test_a_page_of_another_origin_may_send_a_key_and_read_whether_the_answer_is_given_again(
    client: httpx.AsyncClient,
) -> None:
    asked = {
        "Origin": "https://page.example.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "idempotency-key,token",
    }
    allowed = await client.options(f"{API}/mz-request", headers=asked)
    assert "idempotency-key" in allowed.headers["access-control-allow-headers"]
    answer = await client.get("/health/live", headers={"Origin": "https://page.example.org"})
    assert "Idempotency-Replayed" in answer.headers["access-control-expose-headers"]
