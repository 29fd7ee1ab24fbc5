"""CORS: the front end is served from another origin."""

from collections.abc import AsyncIterator

import httpx
import pytest

from integration.http.service import API, Service, assert_problem

PAGE = "https://page.example.org"


@pytest.fixture
async def strict_client() -> AsyncIterator[httpx.AsyncClient]:
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
async def test_every_response_may_be_read_by_pages_of_other_origins(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(path, headers={"Origin": PAGE})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "WWW-Authenticate" in answer.headers["access-control-expose-headers"]
    wrong_method = await client.put(path, headers={"Origin": PAGE})
    assert wrong_method.headers["access-control-allow-origin"] == "*"


async def test_only_the_origins_in_the_settings_are_allowed_if_there_are_any(
    strict_client: httpx.AsyncClient,
) -> None:
    allowed = await strict_client.options(f"{API}/users", headers=preflight(PAGE, "GET", "token"))
    assert allowed.headers["access-control-allow-origin"] == PAGE
    assert "Origin" in allowed.headers["vary"]
    refused = await strict_client.options(
        f"{API}/users", headers=preflight("https://evil.example", "GET", "token")
    )
    assert_problem(refused, 403, "origin_not_allowed")
    assert "access-control-allow-origin" not in refused.headers
    allowed_page = await strict_client.get(f"{API}/users", headers={"Origin": PAGE})
    assert allowed_page.headers["access-control-allow-origin"] == PAGE
    other_page = await strict_client.get(f"{API}/users", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in other_page.headers
