"""Guests over HTTP: what a visitor without an account can do, and that signing up keeps it."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from entrypoints.http.responses.open_streams import MOST_OF_GUEST
from integration.http.access_table import OWN
from integration.http.service import API, LoggedInUser, Service, assert_problem, sign_up

LOGIN = {"email": "guest@example.org", "password": "correct horse"}


async def begin(client: httpx.AsyncClient, **stated: str) -> LoggedInUser:
    """Begin as a guest."""
    begun = await client.post(f"{API}/guests", data=stated)
    assert begun.status_code == 201, begun.text
    return LoggedInUser(client, "", begun.json()["token"])


async def logged_in(client: httpx.AsyncClient) -> LoggedInUser:
    """Log in with the account of `LOGIN`."""
    answer = await client.post(f"{API}/auth", data=LOGIN)
    return LoggedInUser(client, LOGIN["email"], answer.json()["token"])


@pytest.fixture
async def guest(client: httpx.AsyncClient) -> LoggedInUser:
    return await begin(client, age="34", gender="woman")


async def user_id_of(user: LoggedInUser) -> str:
    """Return the owner of the user's first request, as the wire tells it."""
    listed = (await user.call("GET", "/mz-request")).json()["mz_request_list"]
    return str(listed[0]["user_id"])


async def test_a_guest_is_told_how_long_the_token_and_the_guest_last(client: httpx.AsyncClient) -> None:
    begun = await client.post(f"{API}/guests")
    body = begun.json()
    assert (body["expires_in"], body["erase_at"]) == (900, "2026-01-03T03:04:05Z")
    assert begun.headers["cache-control"] == "no-store"
    shown = await client.get(f"{API}/users", headers={"Token": body["token"]})
    mine = shown.json()
    assert (mine["age"], mine["gender"], mine["guest"]) == (20, "man", True)
    assert mine["erase_at"] == "2026-01-03T03:04:05Z"


async def test_the_stated_age_and_gender_are_checked_and_kept(
    client: httpx.AsyncClient, guest: LoggedInUser
) -> None:
    shown = (await guest.call("GET", "/users")).json()
    assert (shown["age"], shown["gender"]) == (34, "woman")
    for wrong in ({"age": "0"}, {"age": "old"}, {"gender": "cat"}):
        assert_problem(await client.post(f"{API}/guests", data=wrong), 422, "invalid_value")


async def test_guests_can_be_switched_off() -> None:
    service = Service(environment={"V2F_GUESTS": "false"})
    async with service.client() as client:
        problem = assert_problem(await client.post(f"{API}/guests"), 403, "guests_off")
        assert problem["error"] == "This service takes no guests. Sign up to send a recording."
        await (await sign_up(client)).submitted()


async def test_more_guests_than_an_hour_allows_are_refused(client: httpx.AsyncClient) -> None:
    for _ in range(10):
        await begin(client)
    refused = await client.post(f"{API}/guests")
    assert_problem(refused, 429, "too_many_attempts")
    assert refused.headers["retry-after"] == "3600"
    assert refused.headers["ratelimit-policy"] == '"guests";q=10;w=3600'


async def test_a_guest_can_do_all_that_an_account_can_with_one_request(
    service: Service, client: httpx.AsyncClient, guest: LoggedInUser
) -> None:
    ids = await guest.submitted()
    request, job = f"/mz-request/{ids['mz_request_id']}", ids["job_id"]
    result = f"{request}/mz-result/{ids['mz_result_id']}"
    await service.run_jobs()
    listed = (await guest.call("GET", "/mz-request")).json()["mz_request_list"]
    assert [one["id"] for one in listed] == [ids["mz_request_id"]]
    assert len(listed[0]["user_id"]) == 32
    assert (await guest.call("GET", request)).json()["mz_request"] == listed[0]
    for path in (f"{request}/status/{job}", f"{request}/result/{job}", f"{request}/events"):
        assert (await guest.call("GET", path)).status_code == 200
    faces = (await guest.call("GET", result)).json()["mz_result"]
    for link in (listed[0]["voice_url"], faces["voice_image_url"], faces["condition_gif_url"]):
        assert (await client.get(link)).status_code == 200
    assert (await guest.call("PATCH", result, data={"type": "voice", "rating": "5"})).status_code == 200
    assert (await guest.call("POST", result, data={"opinion": "mine"})).status_code == 200
    assert (await guest.call("POST", f"{request}/mz-result")).status_code == 201
    await service.run_jobs()
    again = await guest.call("POST", f"{request}/mz-result")
    problem = assert_problem(again, 429, "guest_limit")
    assert (
        problem["error"] == "A guest can have faces made twice. Sign up to have more made: your faces stay."
    )
    assert (await guest.call("DELETE", request)).status_code == 204


async def test_a_second_request_of_a_guest_is_refused_before_its_body_is_read(guest: LoggedInUser) -> None:
    await guest.submitted()
    read: list[bytes] = []

    async def body() -> AsyncIterator[bytes]:
        read.append(b"--x")
        yield read[-1]

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    refused = await guest.call("POST", "/mz-request", content=body(), headers=headers)
    problem = assert_problem(refused, 429, "guest_limit")
    assert problem["error"] == "A guest can send one recording. Sign up to send more: your faces stay."
    assert "retry-after" not in refused.headers
    assert '"open-requests";r=0' in refused.headers["ratelimit"]
    assert read == []


async def test_a_guest_sees_and_changes_nothing_of_others_and_others_nothing_of_a_guest(
    service: Service, client: httpx.AsyncClient, guest: LoggedInUser, anna: LoggedInUser
) -> None:
    for owner, others in ((anna, (guest, await begin(client))), (guest, (anna, await begin(client)))):
        ids = await owner.submitted()
        await service.run_jobs()
        named = {
            "request_id": ids["mz_request_id"],
            "result_id": ids["mz_result_id"],
            "job_id": ids["job_id"],
        }
        for route, row in OWN.items():
            if "{request_id}" not in route:
                continue
            method, path = route.split(" ")
            for other in others:
                address = path.format_map(named)
                tried = await client.request(method, address, headers={"Token": other.token}, **row.sends)
                assert_problem(tried, 404, "not_found")
        assert (await owner.call("GET", f"/mz-request/{ids['mz_request_id']}")).status_code == 200


async def test_a_guest_who_signs_up_keeps_everything_and_has_to_log_in(
    service: Service, client: httpx.AsyncClient, guest: LoggedInUser
) -> None:
    ids = await guest.submitted()
    await service.run_jobs()
    result = f"/mz-request/{ids['mz_request_id']}/mz-result/{ids['mz_result_id']}"
    await guest.call("PATCH", result, data={"type": "voice", "rating": "5"})
    before = (await guest.call("GET", result)).json()
    signed_up = await guest.call("POST", "/users", data=LOGIN)
    assert (signed_up.status_code, signed_up.json()) == (201, {"id": LOGIN["email"]})
    assert_problem(
        await guest.call("GET", "/users"), 401, "invalid_token"
    )  # it may be known to another client
    account = await logged_in(client)
    shown = (await account.call("GET", "/users")).json()
    assert (shown["age"], shown["gender"], "guest" in shown) == (34, "woman", False)
    await account.submitted()
    assert (await account.call("GET", result)).json() == before
    assert len((await account.call("GET", "/mz-request")).json()["mz_request_list"]) == 2
    assert await user_id_of(account) == LOGIN["email"]


async def test_age_and_gender_can_be_stated_anew_with_the_sign_up(
    client: httpx.AsyncClient, guest: LoggedInUser
) -> None:
    await guest.call("POST", "/users", data={**LOGIN, "age": "51"})
    shown = (await (await logged_in(client)).call("GET", "/users")).json()
    assert (shown["age"], shown["gender"]) == (51, "woman")  # what is not stated stays


async def test_a_guest_whose_address_is_taken_stays_a_guest(anna: LoggedInUser, guest: LoggedInUser) -> None:
    taken = await guest.call("POST", "/users", data={**LOGIN, "email": anna.email})
    assert_problem(taken, 409, "email_taken")
    assert (await guest.call("GET", "/users")).json()["guest"] is True
    assert (await guest.call("POST", "/users", data=LOGIN)).status_code == 201
    again = await guest.call("POST", "/users", data={**LOGIN, "email": "other@example.org"})
    assert_problem(again, 401, "invalid_token")


async def test_the_token_of_an_account_does_not_matter_to_a_sign_up(anna: LoggedInUser) -> None:
    ids = await anna.submitted()
    assert (await anna.call("POST", "/users", data=LOGIN)).status_code == 201
    assert await user_id_of(anna) == anna.email
    assert (await anna.call("GET", f"/mz-request/{ids['mz_request_id']}")).status_code == 200


@pytest.mark.parametrize("bad", ["nonsense", "expired", "ended", "two"])
async def test_a_token_that_is_not_valid_is_refused_at_a_sign_up_before_the_body_is_read(
    service: Service, client: httpx.AsyncClient, guest: LoggedInUser, bad: str
) -> None:
    headers = {"Token": "nonsense" if bad == "nonsense" else guest.token, "Content-Type": "text/plain"}
    if bad == "expired":
        service.clock.advance(minutes=15)
    if bad == "two":
        headers["Authorization"] = "Bearer another"
    if bad == "ended":
        assert (await guest.call("DELETE", "/auth/sessions/current")).status_code == 204
    chunks: list[bytes] = []

    async def body() -> AsyncIterator[bytes]:
        chunks.append(b"not a form")
        yield chunks[-1]

    refused = await client.post(f"{API}/users", content=body(), headers=headers)
    assert refused.status_code == (400 if bad == "two" else 401)
    assert chunks == []
    assert (await client.post(f"{API}/users", data=LOGIN)).status_code == 201


async def test_a_guest_has_no_password_to_log_in_with(client: httpx.AsyncClient, guest: LoggedInUser) -> None:
    await guest.submitted()
    for email in ("", await user_id_of(guest), "None"):
        answer = await client.post(f"{API}/auth", data={"email": email, "password": ""})
        assert_problem(answer, 401, "wrong_credentials")


async def test_a_token_of_a_guest_lasts_a_quarter_of_an_hour(service: Service, guest: LoggedInUser) -> None:
    service.clock.advance(minutes=15, seconds=-1)
    assert (await guest.call("GET", "/users")).status_code == 200
    service.clock.advance(seconds=1)
    assert_problem(await guest.call("GET", "/users"), 401, "invalid_token")


async def refreshed(client: httpx.AsyncClient) -> LoggedInUser:
    """Refresh the session by the cookie that the client keeps, as a page does."""
    answer = await client.post(f"{API}/auth/refresh")
    assert answer.status_code == 200, answer.text
    return LoggedInUser(client, "", answer.json()["token"])


async def test_a_guest_is_refreshed_by_the_cookie_for_a_day_and_no_token_is_valid_after_it(
    service: Service, client: httpx.AsyncClient
) -> None:
    begun = await client.post(f"{API}/guests")
    cookie = begun.headers["set-cookie"]
    assert cookie.startswith("refresh=")
    assert "HttpOnly; SameSite=Strict" in cookie
    assert "Max-Age=86400;" in cookie
    service.clock.advance(hours=23, minutes=55)
    last = await refreshed(client)
    service.clock.advance(minutes=5, seconds=-1)
    assert (await last.call("GET", "/users")).status_code == 200
    service.clock.advance(seconds=1)
    assert_problem(await last.call("GET", "/users"), 401, "invalid_token")
    assert_problem(await client.post(f"{API}/auth/refresh"), 401, "invalid_token")


async def test_after_a_sign_up_the_cookie_of_the_guest_gives_no_token(client: httpx.AsyncClient) -> None:
    guest = await begin(client)
    await guest.call("POST", "/users", data=LOGIN)
    assert_problem(await client.post(f"{API}/auth/refresh"), 401, "invalid_token")


async def test_a_page_of_another_origin_begins_no_guest(client: httpx.AsyncClient) -> None:
    refused = await client.post(f"{API}/guests", headers={"Origin": "https://front.example.org"})
    assert_problem(refused, 403, "origin_not_allowed")
    assert "set-cookie" not in refused.headers


async def test_a_guest_can_log_out(client: httpx.AsyncClient, guest: LoggedInUser) -> None:
    assert (await guest.call("DELETE", "/auth/sessions/current")).status_code == 204
    assert_problem(await guest.call("GET", "/users"), 401, "invalid_token")
    assert_problem(await client.post(f"{API}/auth/refresh"), 401, "invalid_token")


async def test_a_guest_has_few_event_streams_at_once(service: Service, guest: LoggedInUser) -> None:
    ids = await guest.submitted()
    path = f"/mz-request/{ids['mz_request_id']}/events"
    streams = [asyncio.create_task(guest.call("GET", path)) for _ in range(MOST_OF_GUEST + 1)]
    done, waiting = await asyncio.wait(streams, timeout=60, return_when=asyncio.FIRST_COMPLETED)
    assert (len(done), len(waiting)) == (1, MOST_OF_GUEST)
    assert not (await asyncio.wait(waiting, timeout=0.5))[0]
    await service.run_jobs()
    await asyncio.gather(*waiting)
