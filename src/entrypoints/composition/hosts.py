"""Names and addresses of machines, as settings give them."""

import ipaddress
import re

HIGHEST_PORT = 65535

_HOST = re.compile(r"(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?")


_OWN = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


def own_host(host: str) -> str:
    """Return where a client on this machine reaches a server that listens on `host`, which may be all addresses."""
    return _OWN.get(host, host)


def is_host(value: str) -> bool:
    """Tell whether a value is a name or an address (IPv6 in brackets), with or without a port."""
    found = _HOST.fullmatch(value)
    return found is not None and 0 < int(found[1] or HIGHEST_PORT) <= HIGHEST_PORT


def is_network(value: str) -> bool:
    """Tell whether a value is an address, or a network such as `10.0.0.0/8`."""
    try:
        ipaddress.ip_network(value)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Tell whether a name or an address reaches this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
