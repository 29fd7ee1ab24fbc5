"""Downloads the files that a model server names, only from hosts that the operator allows."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import httpx

from adapters.faces.model_server.allowed_hosts import AllowedHosts
from adapters.faces.model_server.failures import too_slow, unavailable, unusable

MOST_REDIRECTS = 3
TIME_LIMIT_SECONDS = 120
NO_COMPRESSION = {"Accept-Encoding": "identity"}
"""A small compressed body could have any size when it is unpacked."""


async def download(
    client: httpx.AsyncClient, address: str, target: Path, *, hosts: AllowedHosts, largest: int
) -> None:
    """Fetch a file over http or https into `target`.

    Raises `FaceFailed` for a host that is not allowed, for more than `largest` bytes, and after the time limit.
    """
    try:
        async with asyncio.timeout(TIME_LIMIT_SECONDS):
            url = hosts.url(address)
            for _ in range(MOST_REDIRECTS + 1):
                async with client.stream("GET", url, headers=NO_COMPRESSION) as response:
                    if response.has_redirect_location:
                        url = hosts.redirect(response.headers["location"], url)
                        continue
                    _require_success(response)
                    await _write(limited(response, largest), target)
                    return
    except (TimeoutError, httpx.TimeoutException) as error:
        raise too_slow(address) from error
    except httpx.TransportError as error:
        raise unavailable(error) from error
    raise unusable(f"more than {MOST_REDIRECTS} redirects from {address}")


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
