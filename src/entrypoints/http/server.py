"""Serve the API with uvicorn."""

import asyncio
import logging
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, cast

import msgspec
import uvicorn
from litestar import Litestar

from entrypoints.composition.container import Container
from entrypoints.composition.data_folder import prepare_data_folder
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
LOCAL_HOSTS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
"""For a server that listens on all addresses of the machine: one that a browser on it can open."""

log = logging.getLogger(__name__)


class Server(uvicorn.Server):
    """Serves an application until it is told to stop; then it ends the event streams, which have no other end."""

    def __init__(self, app: Any, container: Container) -> None:
        settings = container.settings()
        proxies = settings.server.trusted_proxies
        self._connections = Connections(settings.http, proxies, settings.logs.addresses)
        self._stopping = container.stopping()
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

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, and close those that are open as soon as their answers are sent."""
        self._stopping.set()
        asyncio.get_running_loop().call_later(GRACE_SECONDS, self._connections.hang_up_all)
        await super().shutdown(sockets)


def page_url(settings: ServerSettings, port: int) -> str:
    """Return where the page is; `port` is listened on, and differs from the setting where that is 0."""
    host = LOCAL_HOSTS.get(settings.host, settings.host)
    return msgspec.structs.replace(settings, host=host, port=port).own_url


def build_app(container: Container) -> Litestar:
    """Return the API; the resources that it needs are opened when it starts and closed when it stops."""

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with serving(container):
            yield

    return create_app(container, lifespan=[lifespan])


def serve_until_stopped(settings: Settings) -> None:
    """Serve until the process gets a signal to stop; raises `SettingsError` when the data folder cannot be used."""
    prepare_data_folder(settings)
    held = connections_that_fit(settings.http.connections, raise_open_files())
    settings = msgspec.structs.replace(
        settings, http=msgspec.structs.replace(settings.http, connections=held)
    )
    container = Container(settings=settings)
    server = Server(build_app(container), container)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(START_FAILED)
