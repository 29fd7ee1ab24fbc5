"""Gives each HTTP call a trace id, which the client, the log lines and the worker's log lines carry."""

import ipaddress
import random
from functools import lru_cache
from typing import Literal

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from application.log_context import LogContext
from entrypoints.http.client_address import ip_address_of

TRACE_HEADER = "X-Request-ID"
SHORTENED = {4: 24, 6: 48}
"""Bits of an address that are logged, by the version of IP: those of a network, not of a person's machine."""
CACHED_ADDRESSES = 10_000

AddressForm = Literal["short", "full", "none"]


def new_trace_id() -> str:
    """Return 32 hexadecimal digits; they find log lines and are no secret, so they need no call of the system."""
    return f"{random.getrandbits(128):032x}"


class Tracing:
    """Wraps the application: whatever is logged in it names the call, and every answer has the call's trace id.

    An id that a client sends does not count: it could make its lines look like those of another call.
    """

    def __init__(self, app: ASGIApp, addresses: AddressForm) -> None:
        self._app = app
        self._addresses = addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        trace_id = new_trace_id()
        header = (TRACE_HEADER.lower().encode(), trace_id.encode())

        async def send_traced(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], header]
            await send(message)

        client = scope.get("client")
        address = loggable_address(client[0] if client else "", self._addresses)
        with LogContext(trace_id=trace_id, address=address):
            await self._app(scope, receive, send_traced)


@lru_cache(CACHED_ADDRESSES)
def loggable_address(client: str, form: AddressForm) -> str | None:
    """Return a client address as the settings want it in log lines; None where it is unknown or not wanted."""
    address = ip_address_of(client)
    if address is None or form == "none":
        return None
    if form == "full":
        return str(address)
    network = ipaddress.ip_network((address, SHORTENED[address.version]), strict=False)
    return str(network.network_address)
