"""What is kept of the client that a user logs in with."""

from typing import Any

from litestar.connection import ASGIConnection

from application.log_context import log_context
from domain.session import Device

LONGEST_NAME = 100


def device_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Device:
    """Return the name that a client gives itself, and its address as log lines have it."""
    given = connection.headers.get("user-agent", "")
    name = "".join(character for character in given if character.isprintable()).strip()
    return Device(name=name[:LONGEST_NAME] or "unknown", address=log_context().address)
