"""How refused tries look over HTTP, and which address counts."""

import asyncio
from collections import Counter
from typing import Any, cast

import httpx
import pytest

from adapters.auth.common_passwords import ZxcvbnCommonPasswords
from integration.http.service import API, BASE, Service, assert_problem, headers_of

ANNA = {"email": "anna@example.org", "password": "correct horse"}
WRONG = {**ANNA, "password": "wrong horse"}


def client_at(service: Service, address: str | None) -> httpx.AsyncClient:
    """Return a client whose requests come from an address; None stands for a server that knows none."""
    app = cast("Any", service.app)

    async def from_address(scope: Any, receive: Any, send: Any) -> None:
        scope["client"] = (address, 50_000) if address else None
        await app(scope, receive, send)

    transport = httpx.ASGITransport(cast("Any", from_address), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=BASE)


async def test_a_refused_login_says_when_to_try_again(service: Service, client: httpx.AsyncClient) -> None:
    for _ in range(3):
        assert_problem(await client.post(f"{API}/auth", data=WRONG), 401, "wrong_credentials")
    refused = await client.post(f"{API}/auth", data=WRONG)
    problem = assert_problem(refused, 429, "too_many_attempts")
    assert problem["error"] == "Too many wrong passwords. Try again in 4 seconds."
    assert refused.headers["retry-after"] == "4"
    assert refused.headers["ratelimit-policy"] == '"wrong-passwords";q=3'
    assert refused.headers["ratelimit"] == '"wrong-passwords";r=0;t=4'
    service.clock.advance(seconds=4)
    assert_problem(await client.post(f"{API}/auth", data=WRONG), 401, "wrong_credentials")


async def test_a_known_and_an_unknown_account_are_answered_alike(service: Service) -> None:
    async with client_at(service, "192.0.2.1") as home:
        await home.post(f"{API}/users", data=ANNA)
    async with client_at(service, "198.51.100.7") as client:

        async def answers(email: str) -> list[tuple[int, Any, dict[str, str]]]:
            calls = [await client.post(f"{API}/auth", data={**WRONG, "email": email}) for _ in range(6)]
            return [(call.status_code, call.json(), headers_of(call)) for call in calls]

        assert await answers("anna@example.org") == await answers("unknown@example.org")


@pytest.mark.parametrize(
    ("path", "most", "tried"),
    [("/users", 60, "sign-ups"), ("/users/email/validation", 120, "e-mail-checks")],
)
async def test_more_sign_ups_or_checks_than_an_hour_allows_are_refused(
    client: httpx.AsyncClient, path: str, most: int, tried: str
) -> None:
    calls = (
        client.post(API + path, data={**ANNA, "email": f"user-{number}@example.org"})
        for number in range(most + 5)
    )
    answers = await asyncio.gather(*calls)
    assert Counter(answer.is_success for answer in answers) == {True: most, False: 5}
    refused = next(answer for answer in answers if not answer.is_success)
    assert_problem(refused, 429, "too_many_attempts")
    assert refused.headers["retry-after"] == "3600"
    assert refused.headers["ratelimit-policy"] == f'"{tried}";q={most};w=3600'
    assert refused.headers["ratelimit"] == f'"{tried}";r=0;t=3600'


async def test_a_page_of_another_origin_can_read_when_to_try_again(client: httpx.AsyncClient) -> None:
    answer = await client.post(f"{API}/auth", data=WRONG, headers={"Origin": "https://front.example.org"})
    exposed = answer.headers["access-control-expose-headers"].lower()
    assert all(name in exposed for name in ("retry-after", "ratelimit", "ratelimit-policy"))


@pytest.mark.parametrize(
    ("one", "other", "counts_as_one"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8:1:2::3", "2001:db8:1:2:ffff::", True),
        ("2001:db8:1:2::3", "2001:db8:1:3::3", False),
        ("fe80::1%eth0", "fe80::2", True),
        (None, "not-an-address", True),
    ],
)
async def test_ipv4_counts_by_address_and_ipv6_by_network(
    service: Service, one: str | None, other: str, counts_as_one: bool
) -> None:
    async with client_at(service, one) as client:
        for number in range(20):
            await client.post(f"{API}/auth", data={**WRONG, "email": f"user-{number}@example.org"})
    async with client_at(service, other) as client:
        answer = await client.post(f"{API}/auth", data={**WRONG, "email": "another@example.org"})
    assert answer.status_code == (429 if counts_as_one else 401)


async def test_a_full_queue_for_hashing_answers_503(service: Service, client: httpx.AsyncClient) -> None:
    cast("Any", service.container.passwords()).busy = True
    for path in ("/auth", "/users"):
        refused = await client.post(API + path, data=ANNA)
        assert_problem(refused, 503, "busy")
        assert refused.headers["retry-after"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"password": "password1"}, "password"),
        ({"password": "P@ssw0rd"}, "password"),
        ({"password": "trust no 1"}, "password"),
        ({"password": "aaaaaaaa"}, "password"),
        ({"password": "anna@example.org"}, "password"),
        ({"password": "corr\u200bect horse"}, "password"),
        ({"email": "an\u202ena@example.org"}, "email"),
        ({"email": "anna\ufeff@example.org"}, "email"),
    ],
)
async def test_a_password_or_an_address_that_cannot_be_used_is_refused(
    client: httpx.AsyncClient, changed: dict[str, str], field: str
) -> None:
    for body in ({"data": {**ANNA, **changed}}, {"json": {**ANNA, **changed}}):
        refused = await client.post(f"{API}/users", **cast("Any", body))
        assert assert_problem(refused, 422, "invalid_value")["field"] == field


@pytest.mark.parametrize("password", ["", "x" * 300_000, "\u0301\u0323" * 100_000, "nul", "\ufeff"])
async def test_any_text_may_be_tried_as_a_password(client: httpx.AsyncClient, password: str) -> None:
    await client.post(f"{API}/users", data=ANNA)
    answer = await client.post(f"{API}/auth", json={**ANNA, "password": password})
    assert_problem(answer, 401, "wrong_credentials")


async def test_half_of_a_pair_is_no_text(client: httpx.AsyncClient) -> None:
    for path in ("/auth", "/users"):
        body = b'{"email": "anna@example.org", "password": "correct \\ud800 horse"}'
        answer = await client.post(API + path, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in {400, 401, 422}


def test_the_list_of_passwords_that_are_guessed_first_is_of_use() -> None:
    common = ZxcvbnCommonPasswords()
    assert all(
        map(common.include, ("password", "PASSWORD1", "qwertyuiop", "1q2w3e4r", "i love you", "p@ssw0rd"))
    )
    assert not any(map(common.include, ("correct horse", "Übergrößenträger", "zwölf Boxkämpfer", "")))
