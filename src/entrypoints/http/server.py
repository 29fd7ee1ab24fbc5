"""Serve the API with uvicorn."""

import asyncio
import logging
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from types import FrameType
from typing import Any, cast

import msgspec
import uvicorn
from litestar import Litestar

from entrypoints.composition.container import Container
from entrypoints.composition.credentials import prepare_credentials
from entrypoints.composition.data_folder import prepare_data_folder
from entrypoints.composition.hosts import own_host
from entrypoints.composition.runtime import serving
from entrypoints.composition.setting_sections import ServerSettings
from entrypoints.composition.settings import Settings
from entrypoints.http.app import create_app
from entrypoints.http.connections.open_files import connections_that_fit, raise_open_files
from entrypoints.http.connections.protocol import Connection
from entrypoints.http.connections.registry import Connections

GRACE_SECONDS = 10
"""How long open requests may go on after the signal to stop."""
CANCEL_SECONDS = GRACE_SECONDS + 5
"""When requests are cancelled that still run after their connections were closed."""
NEVER = 10.0**9
START_FAILED = 3

log = logging.getLogger(__name__)


class Server(uvicorn.Server):
    """Serves an application until it is told to stop; then it ends the event streams, which have no other end.

    With `V2F_DRAIN_SECONDS` it first drains: it works on for so long, and is not ready. A further signal ends that.
    """

    def __init__(self, app: Any, container: Container) -> None:
        settings = container.settings()
        proxies = settings.server.trusted_proxies
        self._connections = Connections(settings.http, proxies, settings.logs.addresses)
        self._draining = container.draining()
        self._stopping = container.stopping()
        self._drain_seconds = settings.server.drain_seconds
        self._told_at: float | None = None
        """When the server began to stop."""
        config = uvicorn.Config(
            app,
            host=settings.server.host,
            port=settings.server.port,
            http=cast("Any", partial(Connection, connections=self._connections)),
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(proxies),
            forwarded_allow_ips=list(proxies),
            timeout_keep_alive=cast("int", settings.http.idle_seconds or NEVER),
            timeout_graceful_shutdown=CANCEL_SECONDS,
        )
        super().__init__(config)
        self._settings = settings.server

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and tell the operator where the page is."""
        await super().startup(sockets)
        if self.started:
            port = self.servers[0].sockets[0].getsockname()[1]
            log.info("open %s/ in a browser: there is the page", page_url(self._settings, port))

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop; while the server drains, end that."""
        if self.should_exit and self._drain_seconds:
            self._drain_seconds = 0.0
        else:
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """Tell uvicorn, ten times a second, whether to shut down: once the server was told to, and has drained."""
        if not await super().on_tick(counter):
            return False
        if self._told_at is None:
            self._told_at = time.monotonic()
            self._draining.set()
            self._connections.are_draining = True
            if self._drain_seconds:
                log.info("draining for %g s: not ready any more, but at work", self._drain_seconds)
        return time.monotonic() - self._told_at >= self._drain_seconds

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, and close those that are open as soon as their answers are sent."""
        self._drain_seconds = 0.0  # a further signal is uvicorn's again
        self._stopping.set()
        asyncio.get_running_loop().call_later(GRACE_SECONDS, self._connections.hang_up_all)
        await super().shutdown(sockets)


def page_url(settings: ServerSettings, port: int) -> str:
    """Return where the page is; `port` is listened on, and differs from the setting where that is 0."""
    return msgspec.structs.replace(settings, host=own_host(settings.host), port=port).own_url


def build_app(container: Container) -> Litestar:
    """Return the API; the resources that it needs are opened when it starts and closed when it stops."""

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with serving(container):
            yield

    return create_app(container, lifespan=[lifespan])


def serve_until_stopped(settings: Settings) -> None:
    """Serve until the process gets a signal to stop.

    Raises `SettingsError` when the data folder, or the key that signs faces, cannot be used.
    """
    prepare_data_folder(settings)
    held = connections_that_fit(settings.http.connections, raise_open_files())
    settings = msgspec.structs.replace(
        settings, http=msgspec.structs.replace(settings.http, connections=held)
    )
    container = Container(settings=settings)
    if not settings.amqp.url:  # faces are made in this process
        prepare_credentials(settings, container.identity())
    server = Server(build_app(container), container)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(START_FAILED)
