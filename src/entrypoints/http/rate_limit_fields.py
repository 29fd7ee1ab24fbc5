"""The response fields that tell a client its limits (draft-ietf-httpapi-ratelimit-headers, structured fields)."""

from collections.abc import Collection
from dataclasses import dataclass

RATE_LIMIT_FIELDS = ("RateLimit-Policy", "RateLimit")


@dataclass(frozen=True, slots=True)
class RateLimit:
    """How much one limit allows, and how much of it is left."""

    name: str
    """Lower-case letters and hyphens."""
    quota: int
    window_seconds: int | None
    """The span in which the quota may be used; None for a limit that only giving something back makes room in."""
    remaining: int
    reset_seconds: int | None
    """When there is more room than now; None where waiting does not help."""


def rate_limit_headers(limits: Collection[RateLimit]) -> dict[str, str]:
    """Return both fields, with one item for each limit; no fields without limits."""
    if not limits:
        return {}
    policies = [f'"{one.name}";q={one.quota}{_parameter("w", one.window_seconds)}' for one in limits]
    states = [f'"{one.name}";r={max(0, one.remaining)}{_parameter("t", one.reset_seconds)}' for one in limits]
    return dict(zip(RATE_LIMIT_FIELDS, (", ".join(policies), ", ".join(states)), strict=True))


def _parameter(name: str, seconds: int | None) -> str:
    return "" if seconds is None else f";{name}={seconds}"
