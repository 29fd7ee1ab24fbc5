"""CORS: the front end is served from another origin."""

from collections.abc import AsyncIterator

import httpx
import pytest

from integration.http.service import API, LoggedInUser, Service, assert_problem, sign_up

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
    without_origin = await client.get(path)
    assert cors_fields(without_origin) == cors_fields(answer)
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
    without_origin = await strict_client.get(f"{API}/users")
    assert without_origin.headers["vary"] == other_page.headers["vary"] == "Origin"


async def media_answers(service: Service, user: LoggedInUser, origin: str | None) -> list[httpx.Response]:
    """Return an answer of each status that a media link has, to a page of that origin or to an `<img>`."""
    headers = {"Origin": origin} if origin else {}
    client = user.client
    link = (await user.call("GET", "/mz-request")).json()["mz_request_list"][0]["voice_url"]
    return [
        whole := await client.get(link, headers=headers),
        await client.head(link, headers=headers),
        await client.get(link, headers={**headers, "Range": "bytes=0-3"}),
        await client.get(link, headers={**headers, "If-None-Match": whole.headers["etag"]}),
        await client.get(f"{link}x", headers=headers),
        await client.get(f"{link}/more", headers=headers),
        await client.put(link, headers=headers),
        await client.get(link, headers={**headers, "Range": "bytes=900-"}),
        await redirected(service, client, link, headers),
    ]


async def redirected(
    service: Service, client: httpx.AsyncClient, link: str, headers: dict[str, str]
) -> httpx.Response:
    async def direct_link(*_: object) -> str:
        return "https://bucket.example.org/voices/a.flac"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service.blobs, "direct_link", direct_link)
        return await client.get(link, headers=headers)


def cors_fields(answer: httpx.Response) -> list[tuple[str, str]]:
    names = ("access-control-", "vary", "cross-origin-")
    return sorted((name, value) for name, value in answer.headers.multi_items() if name.startswith(names))


@pytest.mark.parametrize("origins", [("*",), (PAGE,)])
async def test_every_answer_to_a_media_link_has_the_same_fields_whatever_page_asks(
    origins: tuple[str, ...],
) -> None:
    service = Service(cors_origins=origins)
    async with service.client() as client:
        user = await sign_up(client)
        await user.submitted()
        shown = await media_answers(service, user, origin=None)
        fetched = [
            await media_answers(service, user, origin) for origin in (PAGE, "https://b.example", "null")
        ]
    assert [answer.status_code for answer in shown] == [200, 200, 206, 304, 404, 404, 405, 416, 307]
    for answer, *others in zip(shown, *fetched, strict=True):
        fields = cors_fields(answer)
        assert all(cors_fields(other) == fields for other in others)
        assert [value for name, value in fields if name == "access-control-allow-origin"] == ["*"]
        assert [value for name, value in fields if name == "vary"] == ["Origin"]
        assert len({name for name, _ in fields}) == len(fields)


async def test_any_page_may_ask_for_a_part_of_a_media_link(strict_client: httpx.AsyncClient) -> None:
    answer = await strict_client.options(
        f"{API}/media/x", headers=preflight("https://b.example", "GET", "if-range,range")
    )
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-headers"] == "if-range,range"
