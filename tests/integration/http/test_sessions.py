"""Sessions of pages over HTTP: tokens, the refresh cookie, who may use it, the list, the password."""

import logging
from typing import Any

import httpx
import pytest

from application.errors import ServiceUnavailable
from domain.ids import SessionId
from integration.http.service import API, BASE, PASSWORD, LoggedInUser, Service, assert_problem, sign_up

REFRESH = f"{API}/auth/refresh"
SESSIONS = f"{API}/auth/sessions"
LOGIN = {"email": "anna@example.org", "password": PASSWORD}
REMOVED = f"refresh=; Path={REFRESH}; Max-Age=0; HttpOnly; SameSite=Strict"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class Page:
    """A page of the service: it holds a token, and its browser the cookie."""

    def __init__(self, client: httpx.AsyncClient, token: str, cookie: str) -> None:
        self.user = LoggedInUser(client, LOGIN["email"], token)
        self.cookie = cookie

    @classmethod
    async def log_in(cls, client: httpx.AsyncClient, **headers: str) -> "Page":
        answer = await client.post(SESSIONS, data=LOGIN, headers=headers)
        assert answer.status_code == 201, answer.text
        return cls(client, answer.json()["token"], cookie_of(answer))

    async def refresh(self, **headers: str) -> httpx.Response:
        answer = await with_cookie(self.user.client, "POST", self.cookie, **headers)
        if answer.is_success:
            self.user.token, self.cookie = answer.json()["token"], cookie_of(answer)
        return answer

    async def status(self) -> int:
        return (await self.user.call("GET", "/users")).status_code


def cookie_of(answer: httpx.Response) -> str:
    """Return the cookie that an answer sets, as a browser sends it back."""
    cookie: str = answer.headers["set-cookie"].partition(";")[0]
    return cookie


async def with_cookie(client: httpx.AsyncClient, method: str, cookie: str, **headers: str) -> httpx.Response:
    client.cookies.clear()
    return await client.request(method, REFRESH, headers={"Cookie": cookie, **headers})


@pytest.fixture
async def page(client: httpx.AsyncClient, anna: LoggedInUser) -> Page:
    return await Page.log_in(client)


async def test_a_page_that_logs_in_gets_a_short_token_and_a_cookie_that_no_script_reads(
    service: Service, client: httpx.AsyncClient, anna: LoggedInUser
) -> None:
    answer = await client.post(SESSIONS, data=LOGIN)
    assert answer.status_code == 201
    assert answer.json() == {"token": answer.json()["token"], "email": LOGIN["email"], "expires_in": 900}
    cookie, *attributes = answer.headers["set-cookie"].split("; ")
    assert attributes == [f"Path={REFRESH}", "Max-Age=2592000", "HttpOnly", "SameSite=Strict"]
    assert cookie.startswith("refresh=")
    assert answer.headers["cache-control"] == "no-store"
    page = Page(client, answer.json()["token"], cookie)
    assert await page.status() == 200
    service.clock.advance(minutes=15)
    assert await page.status() == 401
    assert (await page.refresh()).status_code == 200
    assert await page.status() == 200


@pytest.mark.parametrize("path", ["", "/faces"])
async def test_at_https_the_cookie_is_for_https_only(path: str) -> None:
    service = Service(public_url=f"https://Example.org{path}")
    async with service.client() as client:
        await sign_up(client, "anna")
        page = await Page.log_in(client, Origin="https://example.org")
        refreshed = await page.refresh()
        cookie, *attributes = refreshed.headers["set-cookie"].split("; ")
        assert cookie.startswith("__Secure-refresh=")
        assert attributes[0] == f"Path={path}{REFRESH}"
        assert attributes[2:] == ["HttpOnly", "SameSite=Strict", "Secure"]
        unsafe = await with_cookie(client, "POST", cookie.removeprefix("__Secure-"))
        assert_problem(unsafe, 401, "invalid_token")


async def test_a_cookie_that_is_used_twice_ends_the_session(
    client: httpx.AsyncClient, page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    stolen = page.cookie
    await page.refresh()
    caplog.set_level(logging.INFO, "security")
    refused = await with_cookie(client, "POST", stolen)
    assert assert_problem(refused, 401, "invalid_token")["error"] == "You are logged out. Log in again."
    assert refused.headers["set-cookie"] == REMOVED
    assert any("event=refresh_reused" in message for message in caplog.messages)
    assert not any(stolen in message for message in caplog.messages)
    assert await page.status() == 401
    assert_problem(await page.refresh(), 401, "invalid_token")


@pytest.mark.parametrize("cookie", ["", "refresh=", "refresh=nonsense", "other=1", "refresh=" + "x" * 9000])
async def test_without_a_good_cookie_nothing_is_refreshed_and_the_cookie_is_removed(
    client: httpx.AsyncClient, cookie: str
) -> None:
    refused = await with_cookie(client, "POST", cookie)
    assert_problem(refused, 401, "invalid_token")
    assert refused.headers["set-cookie"] == REMOVED
    assert refused.headers["www-authenticate"].startswith("Bearer ")


async def test_a_cookie_of_a_session_that_was_not_used_for_thirty_days_has_expired(
    service: Service, page: Page
) -> None:
    service.clock.advance(days=29)
    assert (await page.refresh()).is_success
    service.clock.advance(days=30)
    refused = await page.refresh()
    problem = assert_problem(refused, 401, "invalid_token")
    assert problem["error"] == "Your login has expired. Log in again."
    assert refused.headers["set-cookie"] == REMOVED


async def test_two_cookies_that_differ_are_refused(client: httpx.AsyncClient, page: Page) -> None:
    both = f"{page.cookie}; theme=dark; refresh=another"
    assert_problem(await with_cookie(client, "POST", both), 400, "bad_request")
    twice = await with_cookie(client, "POST", f"{page.cookie}; {page.cookie}")
    assert twice.is_success


async def test_logging_out_by_the_cookie_ends_the_session_and_removes_the_cookie(
    client: httpx.AsyncClient, page: Page
) -> None:
    for cookie in (page.cookie, page.cookie, "", "refresh=nonsense", f"{page.cookie}; refresh=nonsense"):
        gone = await with_cookie(client, "DELETE", cookie)
        assert (gone.status_code, gone.content) == (204, b"")
        assert gone.headers["set-cookie"] == REMOVED
    assert await page.status() == 401
    assert_problem(await page.refresh(), 401, "invalid_token")


FOREIGN: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": BASE},
    {"Sec-Fetch-Site": "nonsense"},
    {"Origin": "https://elsewhere.example.org"},
    {"Origin": "http://faces.test:8080"},
    {"Origin": "http://faces.test.example.org"},
    {"Origin": "null"},
    {"Origin": "http://["},
    {"Origin": ""},
]
OWN: list[dict[str, str]] = [
    {},
    {"Origin": BASE},
    {"Sec-Fetch-Site": "same-origin", "Origin": BASE},
    {"Sec-Fetch-Site": "none"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
async def test_a_page_of_another_origin_may_not_use_the_cookie_nor_set_it(
    client: httpx.AsyncClient, page: Page, headers: dict[str, str]
) -> None:
    for method in ("POST", "DELETE"):
        refused = await with_cookie(client, method, page.cookie, **headers)
        assert_problem(refused, 403, "origin_not_allowed")
        assert "set-cookie" not in refused.headers
    refused = await client.post(SESSIONS, data=LOGIN, headers=headers)
    assert_problem(refused, 403, "origin_not_allowed")
    assert (await page.refresh()).is_success


@pytest.mark.parametrize("headers", OWN, ids=str)
async def test_a_page_of_the_service_and_a_program_may_use_the_cookie(
    client: httpx.AsyncClient, anna: LoggedInUser, headers: dict[str, str]
) -> None:
    page = await Page.log_in(client, **headers)
    assert (await page.refresh(**headers)).is_success


async def test_no_answer_lets_a_page_of_another_origin_send_cookies(
    client: httpx.AsyncClient, page: Page
) -> None:
    origin = {"Origin": "https://front.example.org"}
    preflight = {**origin, "Access-Control-Request-Method": "POST"}
    for answer in (
        await client.options(REFRESH, headers=preflight),
        await with_cookie(client, "POST", page.cookie, **origin),
        await client.post(f"{API}/auth", data=LOGIN, headers=origin),
    ):
        assert "access-control-allow-credentials" not in answer.headers


async def test_the_contract_s_login_sets_no_cookie_and_any_page_may_ask(
    client: httpx.AsyncClient, anna: LoggedInUser
) -> None:
    answer = await client.post(f"{API}/auth", data=LOGIN, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.json().keys() == {"token", "email"}
    assert "set-cookie" not in answer.headers


async def test_the_list_says_when_from_where_and_with_which_device(
    service: Service, client: httpx.AsyncClient, anna: LoggedInUser
) -> None:
    service.clock.advance(hours=1)
    page = await Page.log_in(client, **{"User-Agent": FIREFOX})
    service.clock.advance(minutes=5)
    await page.refresh()
    listed = (await page.user.call("GET", "/auth/sessions")).json()["sessions"]
    assert [one["current"] for one in listed] == [True, False]
    assert listed[0] == {
        "id": listed[0]["id"],
        "created_at": "2026-01-02T04:04:05Z",
        "last_used_at": "2026-01-02T04:09:05Z",
        "expires_at": "2026-02-01T04:09:05Z",
        "device": "Firefox on Linux",
        "address": "127.0.0.0",
        "current": True,
    }
    assert listed[1]["expires_at"] == "2026-01-03T03:04:05Z"


async def test_a_user_ends_another_session_the_own_one_and_all(
    client: httpx.AsyncClient, anna: LoggedInUser, page: Page
) -> None:
    other = await Page.log_in(client)
    listed = (await page.user.call("GET", "/auth/sessions")).json()["sessions"]
    (of_contract,) = (one for one in listed if one["expires_at"] == listed[-1]["expires_at"])
    assert (await page.user.call("DELETE", f"/auth/sessions/{of_contract['id']}")).status_code == 204
    assert_problem(await anna.call("GET", "/users"), 401, "invalid_token")
    again = await page.user.call("DELETE", f"/auth/sessions/{of_contract['id']}")
    assert_problem(again, 404, "not_found")
    assert (await page.user.call("DELETE", "/auth/sessions/current")).status_code == 204
    assert await page.status() == 401
    third = await Page.log_in(client)
    assert (await other.user.call("DELETE", "/auth/sessions")).status_code == 204
    assert {await one.status() for one in (page, other, third)} == {401}
    assert_problem(await third.refresh(), 401, "invalid_token")


@pytest.mark.parametrize("session_id", ["1", "currently", "CURRENT", "A" * 32, "0" * 32, "current%0A"])
async def test_an_unknown_session_is_not_found(anna: LoggedInUser, session_id: str) -> None:
    assert_problem(await anna.call("DELETE", f"/auth/sessions/{session_id}"), 404, "not_found")


async def test_a_changed_password_ends_the_other_sessions(
    client: httpx.AsyncClient, anna: LoggedInUser, page: Page
) -> None:
    body = {"current_password": PASSWORD, "password": "battery staple"}
    changed = await page.user.call("PUT", "/users/password", json=body)
    assert (changed.status_code, changed.content) == (204, b"")
    assert await page.status() == 200
    assert (await page.refresh()).is_success
    assert_problem(await anna.call("GET", "/users"), 401, "invalid_token")
    assert_problem(await client.post(f"{API}/auth", data=LOGIN), 401, "wrong_credentials")
    again = await client.post(f"{API}/auth", data={**LOGIN, "password": "battery staple"})
    assert again.status_code == 200


@pytest.mark.parametrize(
    ("changed", "status", "code", "field"),
    [
        ({"current_password": "wrong horse"}, 403, "wrong_password", None),
        ({"current_password": ""}, 403, "wrong_password", None),
        ({"password": "short"}, 422, "invalid_value", "password"),
        ({"password": "password1"}, 422, "invalid_value", "password"),
        ({"password": "anna@example.org"}, 422, "invalid_value", "password"),
        ({"password": None}, 422, "invalid_value", "password"),
        ({"current_password": 5}, 422, "invalid_value", "current_password"),
    ],
)
async def test_a_password_that_is_wrong_or_cannot_be_chosen_is_refused(
    anna: LoggedInUser, changed: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    body = {"current_password": PASSWORD, "password": "battery staple", **changed}
    refused = await anna.call("PUT", "/users/password", json=body)
    assert assert_problem(refused, status, code).get("field") == field
    await anna.log_in()


async def test_wrong_current_passwords_are_throttled_like_logins(anna: LoggedInUser) -> None:
    body = {"current_password": "wrong horse", "password": "battery staple"}
    for _ in range(3):
        assert_problem(await anna.call("PUT", "/users/password", data=body), 403, "wrong_password")
    refused = await anna.call("PUT", "/users/password", data=body)
    assert_problem(refused, 429, "too_many_attempts")
    assert refused.headers["retry-after"] == "4"


async def test_a_guest_has_no_password_to_change(service: Service, anna: LoggedInUser) -> None:
    async with service.container.unit_of_work() as uow:
        (session_id,) = await session_ids(anna)
        session = await uow.sessions.lock(session_id)
        assert session is not None
        user = await uow.users.lock(session.user_id)
        assert user is not None
        user.email = user.password_hash = None
        await uow.users.save(user)
        await uow.commit()
    body = {"current_password": PASSWORD, "password": "battery staple"}
    refused = await anna.call("PUT", "/users/password", data=body)
    assert assert_problem(refused, 409, "no_password")["error"] == "A guest has no password. Sign up first."


async def session_ids(user: LoggedInUser) -> list[SessionId]:
    return [one["id"] for one in (await user.call("GET", "/auth/sessions")).json()["sessions"]]


async def test_which_sessions_have_ended_cannot_be_known_without_the_database(
    service: Service, anna: LoggedInUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise ServiceUnavailable("database")

    assert (await anna.call("GET", "/users")).status_code == 200
    monkeypatch.setattr(service.container.views(), "ended_sessions", away)
    service.clock.advance(seconds=5)
    assert (await anna.call("GET", "/users")).status_code == 200
    service.clock.advance(seconds=5)
    assert_problem(await anna.call("GET", "/users"), 503, "service_unavailable")
