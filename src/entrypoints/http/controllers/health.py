"""Whether the process lives, and whether it can work."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from application.errors import ServiceUnavailable
from entrypoints.http.refusals import NotReady
from entrypoints.http.schemas.health import LiveResponse, ReadyResponse

PATIENCE_SECONDS = 2.0

Checks = Mapping[str, Callable[[], Awaitable[None]]]


class HealthController(Controller):
    """For whoever keeps the service running."""

    path = "/health"
    tags = ("Health",)

    @get("/live", sync_to_thread=False)
    def live(self) -> LiveResponse:
        """Live: the process answers."""
        return LiveResponse()

    @get("/ready", problems=(503,))
    async def ready(self, health_checks: NamedDependency[SkipValidation[Any]]) -> ReadyResponse:
        """Ready: database, blobs and queue answer too."""
        states = await asyncio.gather(*(_state(check) for check in health_checks.values()))
        services = dict(zip(health_checks, states, strict=True))
        if "down" in states:
            raise NotReady(services)
        return ReadyResponse(services=services)


async def _state(check: Callable[[], Awaitable[None]]) -> Literal["up", "down"]:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await check()
    except (ServiceUnavailable, TimeoutError):
        return "down"
    return "up"
