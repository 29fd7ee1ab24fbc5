"""The addresses of clients."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from litestar.connection import ASGIConnection


def client_address(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return the IP address that a request came from, in its shortest form; empty where the server does not know it."""
    client = connection.scope.get("client")
    return str(ip_address_of(client[0] if client else "") or "")


def ip_address_of(host: str) -> IPv4Address | IPv6Address | None:
    """Return the IP address of a host; None where there is none, as with a Unix socket.

    An IPv4 address that is written as IPv6 is returned as IPv4, so that it is one address however the server listens.
    """
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
