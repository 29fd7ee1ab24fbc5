"""Checks of the backing services."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from application.errors import ServiceUnavailable
from entrypoints.http.request_errors import NotReady
from entrypoints.http.schemas.health import ServiceState, ServiceStates

TIMEOUT_SECONDS = 2.0

HealthChecks = Mapping[str, Callable[[], Awaitable[None]]]
"""A check of each backing service, by its name; it raises `ServiceUnavailable`."""


async def check_all(checks: HealthChecks) -> ServiceStates:
    """Return the states of all backing services; raises `NotReady` if one is down."""
    states = await asyncio.gather(*(_state(check) for check in checks.values()))
    services = dict(zip(checks, states, strict=True))
    if "down" in states:
        raise NotReady(services)
    return services


async def _state(check: Callable[[], Awaitable[None]]) -> ServiceState:
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            await check()
    except (ServiceUnavailable, TimeoutError):
        return "down"
    return "up"
