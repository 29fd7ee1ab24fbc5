"""Downloads the files that a model server names, only from hosts that the operator allows."""

import asyncio
from collections.abc import AsyncIterator, Collection
from pathlib import Path

import anyio
import httpx

from adapters.faces.model_server.failures import too_slow, unavailable, unusable

MOST_REDIRECTS = 3
TIME_LIMIT_SECONDS = 120
NO_COMPRESSION = {"Accept-Encoding": "identity"}
"""A small compressed body could have any size when it is unpacked."""


async def download(
    client: httpx.AsyncClient, address: str, target: Path, *, hosts: Collection[str], largest: int
) -> None:
    """Fetch a file over http or https into `target`.

    Raises `FaceFailed` for a host that is not in `hosts`, for more than `largest` bytes, and after the time limit.
    """
    try:
        async with asyncio.timeout(TIME_LIMIT_SECONDS):
            url = _allowed(address, hosts)
            for _ in range(MOST_REDIRECTS + 1):
                async with client.stream("GET", url, headers=NO_COMPRESSION) as response:
                    if response.has_redirect_location:
                        url = _allowed(response.headers["location"], hosts, redirected_from=url)
                        continue
                    _require_success(response)
                    await _write(limited(response, largest), target)
                    return
    except (TimeoutError, httpx.TimeoutException) as error:
        raise too_slow(address) from error
    except httpx.TransportError as error:
        raise unavailable(error) from error
    raise unusable(f"more than {MOST_REDIRECTS} redirects from {address}")


def _allowed(address: str, hosts: Collection[str], redirected_from: httpx.URL | None = None) -> httpx.URL:
    """Return the parsed address; raises `FaceFailed` unless it is on one of the hosts."""
    try:
        url = httpx.URL(address) if redirected_from is None else redirected_from.join(address)
    except httpx.InvalidURL as error:
        raise unusable(f"{error}: {address[:200]!r}", retryable=False) from error
    if url.scheme not in ("http", "https") or url.userinfo or url.host not in hosts:
        allowed = ", ".join(sorted(hosts))
        raise unusable(f"{address[:200]!r} is not on an allowed host: {allowed}", retryable=False)
    return url


async def limited(response: httpx.Response, largest: int) -> AsyncIterator[bytes]:
    """Yield a body as it arrives; raises `FaceFailed` when it has more than `largest` bytes."""
    received = 0
    async for chunk in response.aiter_raw():
        received += len(chunk)
        if received > largest:
            raise unusable(f"more than {largest} bytes from {response.url}")
        yield chunk


def _require_success(response: httpx.Response) -> None:
    if response.status_code >= 500 or response.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise unavailable(f"{response.status_code} from {response.url}")
    if response.status_code != httpx.codes.OK:
        raise unusable(f"{response.status_code} from {response.url}")


async def _write(chunks: AsyncIterator[bytes], target: Path) -> None:
    async with await anyio.open_file(target, "wb") as file:
        async for chunk in chunks:
            await file.write(chunk)
