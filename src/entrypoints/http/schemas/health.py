"""The service's health on the wire."""

from typing import Literal

from msgspec import Struct


class LiveResponse(Struct, frozen=True, kw_only=True):
    """The process answers."""

    status: Literal["live"] = "live"


class ReadyResponse(Struct, frozen=True, kw_only=True):
    """Everything that it depends on answers too."""

    status: Literal["ready"] = "ready"
    services: dict[str, Literal["up", "down"]]
