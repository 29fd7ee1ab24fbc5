"""Where clients reach the service, for links to it."""

import re
from collections.abc import Iterator

from litestar.types import HTTPScope

from entrypoints.composition.setting_sections import ServerSettings

DEFAULT_PORTS = {"http": 80, "https": 443}

_LOCALHOST = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?")


class OwnAddresses:
    """The addresses of the service that media links may have; never another one that a client sends as `Host`."""

    def __init__(self, server: ServerSettings) -> None:
        self._public_url = server.public_url.rstrip("/")
        own = f"[{server.host}]" if ":" in server.host else server.host
        self._known = frozenset(
            spelling
            for host in (*server.known_hosts, own)
            for spelling in _spellings(host.lower(), server.port)
        )

    def for_client(self, scope: HTTPScope) -> str:
        """Return the address that this client uses: from the settings, or its `Host` if we know it, or of the socket.

        Behind a trusted proxy the scheme is the one that the client used.
        """
        if self._public_url:
            return self._public_url
        scheme = "https" if scope["scheme"] in ("https", "wss") else "http"  # a proxy may pass on "wss"
        host = (
            next((value for name, value in scope["headers"] if name == b"host"), b"")
            .decode("latin-1")
            .lower()
        )
        if host not in self._known and not _LOCALHOST.fullmatch(host):
            host = _socket_address(scope, scheme)
        return f"{scheme}://{host}{scope.get('root_path', '').rstrip('/')}"


def _spellings(host: str, port: int) -> Iterator[str]:
    """Yield what a client may send for a known host; without a port it is known at the default and at our own port."""
    yield host
    if not re.search(r":[0-9]+$", host):
        yield f"{host}:{port}"


def _socket_address(scope: HTTPScope, scheme: str) -> str:
    name, port = scope.get("server") or ("localhost", None)
    if ":" in name:
        name = f"[{name}]"
    return name if port in (None, DEFAULT_PORTS[scheme]) else f"{name}:{port}"
