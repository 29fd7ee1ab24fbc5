"""The health of the service on the wire."""

from typing import Literal

from msgspec import Struct

ServiceState = Literal["up", "down"]
ServiceStates = dict[str, ServiceState]
"""Whether each backing service answers, by its name."""


class LiveResponse(Struct, frozen=True, kw_only=True):
    """The process answers."""

    status: Literal["live"] = "live"


class ReadyResponse(Struct, frozen=True, kw_only=True):
    """All backing services answer, too."""

    status: Literal["ready"] = "ready"
    services: ServiceStates
