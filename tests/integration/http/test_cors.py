"""The front end is served from elsewhere."""

from collections.abc import AsyncIterator

import httpx
import pytest

from integration.http.service import API, Service, assert_problem

PAGE = "https://page.example.org"


@pytest.fixture
async def choosy() -> AsyncIterator[httpx.AsyncClient]:
    async with Service(cors_origins=(PAGE,)).client() as client:
        yield client


def preflight(origin: str, method: str, header: str) -> dict[str, str]:
    return {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": header,
    }


@pytest.mark.parametrize("header", ["token", "authorization", "content-type,token", "last-event-id"])
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
async def test_a_preflight_allows_every_method_and_both_token_headers(
    client: httpx.AsyncClient, method: str, header: str
) -> None:
    answer = await client.options(f"{API}/mz-request", headers=preflight(PAGE, method, header))
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] in ("*", PAGE)
    assert method in answer.headers["access-control-allow-methods"]
    allowed = {name.strip().lower() for name in answer.headers["access-control-allow-headers"].split(",")}
    assert set(header.split(",")) <= allowed


@pytest.mark.parametrize("path", [f"{API}/mz-request", "/nothing", "/health/live", f"{API}/media/x"])
async def test_every_answer_may_be_read_from_elsewhere(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"Origin": PAGE})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "WWW-Authenticate" in answer.headers["access-control-expose-headers"]
    wrong_method = await client.put(path, headers={"Origin": PAGE})
    assert wrong_method.headers["access-control-allow-origin"] == "*"


async def test_only_the_pages_of_the_settings_are_allowed_where_they_are_named(
    choosy: httpx.AsyncClient,
) -> None:
    allowed = await choosy.options(f"{API}/users", headers=preflight(PAGE, "GET", "token"))
    assert allowed.headers["access-control-allow-origin"] == PAGE
    assert "Origin" in allowed.headers["vary"]
    refused = await choosy.options(f"{API}/users", headers=preflight("https://evil.example", "GET", "token"))
    assert_problem(refused, 403, "origin_not_allowed")
    assert "access-control-allow-origin" not in refused.headers
    seen = await choosy.get(f"{API}/users", headers={"Origin": PAGE})
    assert seen.headers["access-control-allow-origin"] == PAGE
    unseen = await choosy.get(f"{API}/users", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in unseen.headers
