"""Fetches the files that a model server names, and no others: an answer must not send us anywhere it likes."""

import asyncio
from collections.abc import AsyncIterator, Collection
from pathlib import Path

import anyio
import httpx

from adapters.faces.model_server.failures import silent, slow, unusable

MOST_REDIRECTS = 3
LIMIT_S = 120
AS_IT_IS = {"Accept-Encoding": "identity"}
"""What is sent compressed could be any size when it is unpacked."""


async def download(
    client: httpx.AsyncClient, address: str, target: Path, *, hosts: Collection[str], most: int
) -> None:
    """Fetch a file of at most that many bytes over http or https from one of the hosts; raises `FaceFailed`."""
    try:
        async with asyncio.timeout(LIMIT_S):
            url = allowed(address, hosts)
            for _ in range(MOST_REDIRECTS + 1):
                async with client.stream("GET", url, headers=AS_IT_IS) as response:
                    if response.has_redirect_location:
                        url = allowed(response.headers["location"], hosts, seen_from=url)
                        continue
                    _require_success(response)
                    await _write(bounded(response, most), target)
                    return
    except (TimeoutError, httpx.TimeoutException) as error:
        raise slow(address) from error
    except httpx.TransportError as error:
        raise silent(error) from error
    raise unusable(f"more than {MOST_REDIRECTS} redirects from {address}")


def allowed(address: str, hosts: Collection[str], seen_from: httpx.URL | None = None) -> httpx.URL:
    """Return the address, parsed; raises `FaceFailed` for one that we do not go to."""
    try:
        url = httpx.URL(address) if seen_from is None else seen_from.join(address)
    except httpx.InvalidURL as error:
        raise unusable(f"{error}: {address[:200]!r}", retryable=False) from error
    if url.scheme not in ("http", "https") or url.userinfo or url.host not in hosts:
        raise unusable(
            f"we do not go to {address[:200]!r}, only to {', '.join(sorted(hosts))}", retryable=False
        )
    return url


async def bounded(response: httpx.Response, most: int) -> AsyncIterator[bytes]:
    """Yield a body as it comes; raises `FaceFailed` once it is larger than that many bytes."""
    received = 0
    async for chunk in response.aiter_raw():
        received += len(chunk)
        if received > most:
            raise unusable(f"more than {most} bytes from {response.url}")
        yield chunk


def _require_success(response: httpx.Response) -> None:
    if response.status_code >= 500 or response.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise silent(f"{response.status_code} from {response.url}")
    if response.status_code != httpx.codes.OK:
        raise unusable(f"{response.status_code} from {response.url}")


async def _write(chunks: AsyncIterator[bytes], target: Path) -> None:
    async with await anyio.open_file(target, "wb") as file:
        async for chunk in chunks:
            await file.write(chunk)
