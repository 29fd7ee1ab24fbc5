"""Serve the API with uvicorn."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from litestar import Litestar

from entrypoints.composition.container import Container
from entrypoints.composition.data_folder import prepare_data_folder
from entrypoints.composition.runtime import serving
from entrypoints.composition.settings import Settings
from entrypoints.http.app import create_app

GRACE_SECONDS = 10
"""How long open requests may go on after the signal to stop; event streams would never end by themselves."""


def build_app(settings: Settings) -> Litestar:
    """Return the API; the resources that it needs are opened when it starts and closed when it stops."""
    container = Container(settings=settings)

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with serving(container):
            yield

    return create_app(container, lifespan=[lifespan])


def serve_until_stopped(settings: Settings) -> None:
    """Serve until the process gets a signal to stop; raises `SettingsError` when the data folder cannot be used."""
    prepare_data_folder(settings)
    uvicorn.run(
        build_app(settings),
        host=settings.server.host,
        port=settings.server.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
