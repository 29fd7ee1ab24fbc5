"""Checks of the backing services."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from application.errors import ServiceUnavailable
from entrypoints.http.request_errors import Draining, NotReady
from entrypoints.http.schemas.health import ServiceState, ServiceStates

TIMEOUT_SECONDS = 2.0

HealthChecks = Mapping[str, Callable[[], Awaitable[None]]]
"""A check of each backing service, by its name; it raises `ServiceUnavailable`."""


class Readiness:
    """Checks the backing services once at a time: calls that come meanwhile get the same answer.

    The operation needs no token, so that any number of calls must cost the database no more than one.
    """

    def __init__(self, checks: Callable[[], HealthChecks], is_draining: Callable[[], bool]) -> None:
        self._checks = checks
        self._is_draining = is_draining
        self._running: asyncio.Task[ServiceStates] | None = None

    async def __call__(self) -> ServiceStates:
        """Return the states of all backing services; raises `NotReady` if one is down, `Draining` before a stop."""
        if self._is_draining():
            raise Draining
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(_states(self._checks()))
        services = await asyncio.shield(self._running)
        if "down" in services.values():
            raise NotReady(services)
        return services


async def _states(checks: HealthChecks) -> ServiceStates:
    states = await asyncio.gather(*(_state(check) for check in checks.values()))
    return dict(zip(checks, states, strict=True))


async def _state(check: Callable[[], Awaitable[None]]) -> ServiceState:
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            await check()
    except (ServiceUnavailable, TimeoutError):
        return "down"
    return "up"
