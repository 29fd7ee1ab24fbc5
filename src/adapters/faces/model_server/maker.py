"""Asks a model server for the voice face."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx

from adapters.faces.model_server.answer import Made, read_answer
from adapters.faces.model_server.download import AS_IT_IS, bounded, download
from adapters.faces.model_server.failures import silent, slow, unusable
from adapters.faces.model_server.media import NotMedia, picture_suffix, require_mp4
from application.ports.blobs import BlobNotFound, BlobStorage
from application.ports.faces import FaceFailed, FaceFiles, FaceOrder, ProgressReport, Stage

MEGABYTE = 1024 * 1024
LARGEST_ANSWER = MEGABYTE
LARGEST_PICTURE = 10 * MEGABYTE
LARGEST_VIDEO = 100 * MEGABYTE
LINK_RESERVE = timedelta(minutes=5)
NO_VIDEO = "The picture was made, but the video could not be. Make the faces again to try once more."
BUSY = {httpx.codes.REQUEST_TIMEOUT, httpx.codes.TOO_MANY_REQUESTS}

VoiceLink = Callable[[str, str], str]
"""Returns the URL at which the model server can fetch a recording, from its blob key and its media type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelServer:
    """Where it is, how patient we are, and where else it may keep its files."""

    url: str
    """Its root, such as `http://models:8000`; faces are asked for at `/makevideo` below it."""
    connect_limit: timedelta = timedelta(seconds=5)
    answer_limit: timedelta = timedelta(minutes=10)
    extra_hosts: frozenset[str] = frozenset()
    """Names of hosts beside its own from which we fetch the files that it names."""


class ModelServerFaces:
    """The port `FaceMaker` over HTTP: the server fetches the voice itself, and names the files that it made.

    Files come from the server's own host or one of `extra_hosts`, on any port; each is decoded before it counts.
    `voice_link` is asked where the store of blobs has no links of its own.
    """

    def __init__(self, server: ModelServer, blobs: BlobStorage, voice_link: VoiceLink) -> None:
        self._endpoint = httpx.URL(server.url.rstrip("/") + "/makevideo")
        self._server = server
        self._hosts = frozenset({self._endpoint.host, *(host.lower() for host in server.extra_hosts)})
        self._blobs = blobs
        self._voice_link = voice_link
        self._tls = httpx.create_ssl_context()
        self._timeout = httpx.Timeout(
            server.answer_limit.total_seconds(), connect=server.connect_limit.total_seconds()
        )

    async def make(self, order: FaceOrder, workspace: Path, report: ProgressReport) -> FaceFiles:
        """Leave the files that the server made in the workspace."""
        voice_url = await self._voice_url(order)
        report(Stage.DRAWING, 0.0)
        # Settings of the environment, such as a proxy, do not apply: the hosts are ours to choose.
        async with httpx.AsyncClient(verify=self._tls, timeout=self._timeout, trust_env=False) as client:
            made = await self._ask(client, order, voice_url)
            report(Stage.FILMING, 0.9)
            portrait = await self._fetch_picture(client, made.picture_url, workspace)
            if made.video_url is None:
                return FaceFiles(portrait=portrait, video=None, note=NO_VIDEO)
            return FaceFiles(
                portrait=portrait, video=await self._fetch_video(client, made.video_url, workspace)
            )

    async def _voice_url(self, order: FaceOrder) -> str:
        key, media_type = order.voice_key, order.voice_media_type
        try:
            await self._blobs.stat(key)
        except BlobNotFound as error:
            raise FaceFailed("The recording is gone. Please record again.", retryable=False) from error
        lifetime = self._server.answer_limit + LINK_RESERVE
        return await self._blobs.direct_link(key, media_type, lifetime) or self._voice_link(key, media_type)

    async def _ask(self, client: httpx.AsyncClient, order: FaceOrder, voice_url: str) -> Made:
        question = {
            "age": order.person.age,
            "gender": order.person.gender.value,
            "voice_url": voice_url,
            "request_id": order.request_id,
            "result_id": order.generation_id,
        }
        try:
            async with (
                asyncio.timeout(self._server.answer_limit.total_seconds()),
                client.stream("POST", self._endpoint, json=question, headers=AS_IT_IS) as response,
            ):
                if response.status_code >= 500 or response.status_code in BUSY:
                    raise silent(f"{response.status_code} from {self._endpoint}")
                if response.status_code != httpx.codes.OK:
                    raise unusable(f"{response.status_code} from {self._endpoint}", retryable=False)
                body = b"".join([chunk async for chunk in bounded(response, LARGEST_ANSWER)])
        except httpx.ConnectTimeout as error:
            raise silent(error) from error
        except (TimeoutError, httpx.TimeoutException) as error:
            raise slow(f"no answer within {self._server.answer_limit}") from error
        except httpx.TransportError as error:
            raise silent(error) from error
        return read_answer(body)

    async def _fetch_picture(self, client: httpx.AsyncClient, address: str, workspace: Path) -> Path:
        fetched = workspace / "portrait"
        await download(client, address, fetched, hosts=self._hosts, most=LARGEST_PICTURE)
        try:
            suffix = await asyncio.to_thread(picture_suffix, fetched)
        except NotMedia as error:
            raise unusable(f"{error}, from {address}") from error
        return fetched.rename(fetched.with_suffix(suffix))

    async def _fetch_video(self, client: httpx.AsyncClient, address: str, workspace: Path) -> Path:
        fetched = workspace / "talking.mp4"
        await download(client, address, fetched, hosts=self._hosts, most=LARGEST_VIDEO)
        try:
            await asyncio.to_thread(require_mp4, fetched)
        except NotMedia as error:
            raise unusable(f"{error}, from {address}") from error
        return fetched
