"""Errors: one format for all of them, and no secrets in them."""

import logging
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar

from application.errors import ServiceUnavailable
from application.ports.auth import Principal
from domain.ids import SessionId, UserId
from integration.http.service import API, LoggedInUser, Service, assert_problem, headers_of


class Bug(Exception):
    """An error that no rule expects."""


@pytest.mark.parametrize(
    "path", ["/api", "/api/v1", "/api/v1/nothing", "/schema/nothing", "/schema/x.json", "/%00"]
)
async def test_an_unknown_address_is_a_problem(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert (answer.headers["content-type"], answer.json()["code"]) == (
        "application/problem+json",
        "not_found",
    )


async def test_an_address_of_slashes_alone_is_the_landing_page(client: httpx.AsyncClient) -> None:
    landing = await client.get("/")
    assert (landing.status_code, landing.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert (await client.get("http://localhost//")).content == landing.content


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/users", "DELETE, GET, HEAD, OPTIONS, POST"),
        ("GET", "/auth", "OPTIONS, POST"),
        ("PATCH", "/mz-request", "GET, HEAD, OPTIONS, POST"),
        ("TRACE", "/mz-request", "GET, HEAD, OPTIONS, POST"),
        ("PUT", f"/mz-request/{'0' * 32}", "DELETE, GET, HEAD, OPTIONS"),
    ],
)
async def test_a_method_that_is_not_allowed_gets_the_list_of_those_that_are(
    client: httpx.AsyncClient, method: str, path: str, allowed: str
) -> None:
    answer = await client.request(method, API + path)
    assert_problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == allowed
    options = await client.options(API + path)
    assert (options.status_code, options.headers["allow"]) == (204, allowed)


async def test_head_is_answered_like_get_without_a_body(anna: LoggedInUser) -> None:
    for path in ("/mz-request", f"/mz-request/{'0' * 32}", "/nothing"):
        get, head = await anna.call("GET", path), await anna.call("HEAD", path)
        assert head.content == b""
        assert head.status_code == get.status_code
        assert headers_of(head) == headers_of(get)
    assert (await anna.call("HEAD", "/auth")).status_code == 405


async def test_an_unexpected_error_is_logged_and_its_message_is_not_sent(
    service: Service, anna: LoggedInUser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise Bug("the secret is 42")

    monkeypatch.setattr(service.container.show_requests(), "all", fail)
    answer = await anna.call("GET", "/mz-request")
    assert_problem(answer, 500, "internal_error")
    assert "42" not in answer.text
    assert any(record.exc_info and record.exc_info[0] is Bug for record in caplog.records)


async def test_a_backing_service_that_does_not_answer_is_503_with_a_time_to_retry(
    service: Service, anna: LoggedInUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    class DatabaseUnavailable(ServiceUnavailable):
        """A kind of it, as adapters define them."""

    async def refuse(*_: object) -> None:
        raise DatabaseUnavailable("database")

    monkeypatch.setattr(service.container.show_requests(), "all", refuse)
    answer = await anna.call("GET", "/mz-request")
    assert_problem(answer, 503, "service_unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert "database" not in answer.text


async def test_a_token_of_an_erased_account_is_refused(service: Service, client: httpx.AsyncClient) -> None:
    principal = Principal(
        user_id=UserId("f" * 32),
        session_id=SessionId("5" * 32),
        email="gone@example.org",
        expires_at=service.clock() + timedelta(hours=1),
    )
    token = service.container.tokens().issue(principal)
    erased = LoggedInUser(client, "gone@example.org", token)
    assert_problem(await erased.call("GET", "/users"), 401, "invalid_token")
    assert_problem(await erased.submit(), 401, "invalid_token")


async def test_a_malformed_host_header_is_a_problem(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health/live", headers={"Host": 'a b"c'})
    assert_problem(answer, 400, "bad_request")


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/mz-request", {}),
        ("HEAD", "/mz-request", {}),
        ("GET", "/nothing", {}),
        ("PUT", "/mz-request", {}),
        ("OPTIONS", "/mz-request", {}),
        ("OPTIONS", "/mz-request", {"Origin": "https://page.example.org"}),
        ("GET", "/mz-request", {"Host": ""}),
    ],
)
async def test_every_response_has_the_safety_headers_and_forbids_caching(
    anna: LoggedInUser, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = (await anna.call(method, path, headers={"Token": anna.token, **headers})).headers
    assert answer["x-content-type-options"] == "nosniff"
    assert answer["referrer-policy"] == "no-referrer"
    assert answer["cache-control"] == "no-store"
    assert answer["content-security-policy"] == "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    assert answer["vary"] == "Origin"
    assert answer["access-control-allow-origin"] == "*"
    assert len(answer["x-request-id"]) == 32


async def test_the_access_log_has_one_line_for_each_request_and_no_secret(
    service: Service, client: httpx.AsyncClient, anna: LoggedInUser, caplog: pytest.LogCaptureFixture
) -> None:
    ids = await anna.submitted()
    (listed,) = (await anna.call("GET", "/mz-request")).json()["mz_request_list"]
    caplog.clear()
    with caplog.at_level(logging.INFO):
        await anna.call("GET", f"/mz-request/{ids['mz_request_id']}")
        await client.get(listed["voice_url"])
        await client.get(f"{API}/users/{anna.email}?token={anna.token}")
        await client.post(f"{API}/auth", data={"email": anna.email, "password": "correct horse"})
        await anna.call("GET", "/mz-request/x%0aforged%20line")
    lines = [record.getMessage() for record in caplog.records if record.name == "entrypoints.http.access_log"]
    assert len(lines) == 5
    assert lines[0].startswith(f"GET /api/v1/mz-request/{ids['mz_request_id']} 200 ")
    assert lines[1].startswith("GET /api/v1/media/{token} 200 ")
    assert lines[2].startswith("GET (not routed) 404 ")
    assert lines[4].startswith("GET /api/v1/mz-request/x%0Aforged%20line 404 ")
    for secret in (anna.email, anna.token, listed["voice_url"].rsplit("/", 1)[1]):
        assert secret not in "".join(lines)


async def test_a_client_that_leaves_while_it_sends_is_not_logged_as_an_error(
    service: Service, anna: LoggedInUser, caplog: pytest.LogCaptureFixture
) -> None:
    messages: list[dict[str, object]] = [
        {"type": "http.request", "body": b"--b\r\n", "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return messages.pop(0)

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    await call_raw(service.app, "POST", "/api/v1/mz-request", anna.token, receive, send)
    assert sent[0]["status"] == 400
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert await service.blob_keys() == set()


async def call_raw(app: Litestar, method: str, path: str, token: str, receive: object, send: object) -> None:
    """Call the application as a server does, with messages of ASGI."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [
            (b"host", b"faces.test"),
            (b"token", token.encode()),
            (b"content-type", b"multipart/form-data; boundary=b"),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    await app(scope, receive, send)  # type: ignore[arg-type]
