"""The address of a client."""

import ipaddress
from typing import Any

from litestar.connection import ASGIConnection


def client_address(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return the IP address that a request came from, in its shortest form; empty where the server does not know it.

    An IPv4 address that is written as IPv6 is returned as IPv4, so that it is one address however the server listens.
    """
    client = connection.scope.get("client")
    try:
        address = ipaddress.ip_address(client[0].partition("%")[0] if client else "")
    except ValueError:  # a Unix socket has none
        return ""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)
