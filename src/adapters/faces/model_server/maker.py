"""Makes the voice face by a call of a model server."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import httpx

from adapters.faces.model_server.allowed_hosts import AllowedHosts
from adapters.faces.model_server.download import NO_COMPRESSION, download, limited
from adapters.faces.model_server.failures import too_slow, unavailable, unusable
from adapters.faces.model_server.file_checks import PICTURE_SUFFIXES, WrongFile, picture_suffix, require_mp4
from adapters.faces.model_server.response import FaceUrls, read_response
from application.ports.blobs import BlobNotFound, BlobStorage
from application.ports.faces import FaceFailed, FaceFiles, FaceOrder, Origin, ProgressReport, Stage
from application.ports.processes import CostsTooMuch, ProcessDied, Processes
from domain.media import media_type_of

MEGABYTE = 1024 * 1024
LARGEST_RESPONSE = MEGABYTE
LARGEST_PORTRAIT = 10 * MEGABYTE
LARGEST_VIDEO = 100 * MEGABYTE
CONNECT_SECONDS = 5.0
LINK_RESERVE = timedelta(minutes=5)
"""How much longer the link to the recording is valid than the server may take."""
NO_VIDEO = "The portrait was made, but the video could not be made. Make the faces again to try once more."
BUSY = {httpx.codes.REQUEST_TIMEOUT, httpx.codes.TOO_MANY_REQUESTS}

T = TypeVar("T")

VoiceLink = Callable[[str, str], str]
"""Returns the URL at which the model server can fetch a recording, from its blob key and its media type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelServer:
    """The address of a model server and how it may be used."""

    url: str
    """Its root, such as `http://models:8000`; faces are ordered at `/makevideo` below it."""
    time_limit: timedelta
    """How long it may take to make one face."""
    extra_hosts: frozenset[str] = frozenset()
    """Other hosts than its own from which the files that it names may be downloaded: `host` or `host:port`."""


class ModelServerFaces:
    """Implements `FaceMaker` over HTTP: the server fetches the recording itself, and names the files that it made.

    The files come from the server's own host, on any port, or from one of `extra_hosts`. Each file is decoded before it
    is accepted. `voice_link` makes the link to the recording where the blob storage cannot make one.
    """

    def __init__(
        self, server: ModelServer, blobs: BlobStorage, voice_link: VoiceLink, processes: Processes
    ) -> None:
        self._endpoint = httpx.URL(server.url.rstrip("/") + "/makevideo")
        self._time_limit = server.time_limit
        self._hosts = AllowedHosts(self._endpoint, server.extra_hosts)
        self._blobs = blobs
        self._voice_link = voice_link
        self._processes = processes
        self._tls = httpx.create_ssl_context()
        self._timeout = httpx.Timeout(server.time_limit.total_seconds(), connect=CONNECT_SECONDS)

    async def make(self, order: FaceOrder, workspace: Path, report: ProgressReport) -> FaceFiles:
        """Leave the files that the server made in the workspace."""
        voice_url = await self._voice_url(order)
        report(Stage.DRAWING, 0.0)
        # Proxies of the environment are ignored: the operator names the hosts that may be called.
        async with httpx.AsyncClient(verify=self._tls, timeout=self._timeout, trust_env=False) as client:
            urls = await self._order(client, order, voice_url)
            report(Stage.FILMING, 0.9)
            portrait = await self._fetch_portrait(client, urls.portrait, workspace)
            made = FaceFiles(origin=Origin.TRAINED_MODEL, portrait=portrait, video=None)
            if urls.video is None:
                return replace(made, note=NO_VIDEO)
            return replace(made, video=await self._fetch_video(client, urls.video, workspace))

    async def _voice_url(self, order: FaceOrder) -> str:
        key, media_type = order.voice_key, order.voice_media_type
        try:
            await self._blobs.stat(key)
        except BlobNotFound as error:
            raise FaceFailed("The recording is gone. Please record again.", retryable=False) from error
        lifetime = self._time_limit + LINK_RESERVE
        return await self._blobs.direct_link(key, media_type, lifetime) or self._voice_link(key, media_type)

    async def _order(self, client: httpx.AsyncClient, order: FaceOrder, voice_url: str) -> FaceUrls:
        content = {
            "age": order.person.age,
            "gender": order.person.gender.value,
            "voice_url": voice_url,
            "request_id": order.request_id,
            "result_id": order.generation_id,
        }
        try:
            async with (
                asyncio.timeout(self._time_limit.total_seconds()),
                client.stream("POST", self._endpoint, json=content, headers=NO_COMPRESSION) as response,
            ):
                if response.status_code >= 500 or response.status_code in BUSY:
                    raise unavailable(f"{response.status_code} from {self._endpoint}")
                if response.status_code != httpx.codes.OK:
                    raise unusable(f"{response.status_code} from {self._endpoint}", retryable=False)
                body = b"".join([chunk async for chunk in limited(response, LARGEST_RESPONSE)])
        except httpx.ConnectTimeout as error:
            raise unavailable(error) from error
        except (TimeoutError, httpx.TimeoutException) as error:
            raise too_slow(f"no response within {self._time_limit}") from error
        except httpx.TransportError as error:
            raise unavailable(error) from error
        return read_response(body)

    async def _fetch_portrait(self, client: httpx.AsyncClient, address: str, workspace: Path) -> Path:
        fetched = workspace / "portrait"
        await download(client, address, fetched, hosts=self._hosts, largest=LARGEST_PORTRAIT)
        suffix = await self._check(picture_suffix, fetched, address, str)
        if suffix not in PICTURE_SUFFIXES.values():  # from a process that the file has taken over
            raise unusable(f"not a picture, from {address}")
        portrait = fetched.rename(fetched.with_suffix(suffix))
        await self._require_readable_credentials(portrait, address)
        return portrait

    async def _fetch_video(self, client: httpx.AsyncClient, address: str, workspace: Path) -> Path:
        fetched = workspace / "video.mp4"
        await download(client, address, fetched, hosts=self._hosts, largest=LARGEST_VIDEO)
        await self._check(require_mp4, fetched, address, type(None))
        await self._require_readable_credentials(fetched, address)
        return fetched

    async def _check(self, check: Callable[[Path], T], path: Path, address: str, answer: type[T]) -> T:
        """Check a file in a child process, as uploads are checked: the files come from outside, too."""
        try:
            return await self._processes.run(check, path, answer=answer, errors=(WrongFile,), reads=(path,))
        except (WrongFile, CostsTooMuch, ProcessDied) as error:
            raise unusable(f"{error}, from {address}") from error

    async def _require_readable_credentials(self, path: Path, address: str) -> None:
        """Have a child process read the content credentials of a file first, since the worker reads them to sign it."""
        from adapters.faces.model_server.credentials_check import read_credentials  # loads a large library

        media_type = media_type_of(path.name)
        try:
            await self._processes.run(read_credentials, path, media_type, answer=type(None), reads=(path,))
        except (CostsTooMuch, ProcessDied) as error:
            details = f"reading the credentials of {address}: {error}"
            raise unusable(details, retryable=False) from error
