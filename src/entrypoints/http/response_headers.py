"""Headers that every response has."""

from collections.abc import Mapping, Set

from litestar import Litestar
from litestar.routes import HTTPRoute
from litestar.types import HTTPScope

SAFETY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
DEFAULTS = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
)
"""The fields of a response that has none of its own: it is data of one user, and no page."""

Headers = list[tuple[bytes, bytes]]


def methods_by_path(app: Litestar) -> Mapping[str, Set[str]]:
    """Return the methods of each path template."""
    return {route.path_format: set(route.methods) for route in app.routes if isinstance(route, HTTPRoute)}


def completed(headers: Headers, scope: HTTPScope, methods: Mapping[str, Set[str]]) -> Headers:
    """Return the headers with those for safety; a response forbids caching and loading unless it says otherwise.

    `Allow` gets all methods of the path, and HEAD: Litestar names only some of them.
    """
    names = [name.lower() for name, _ in headers]
    if b"allow" in names:
        place = names.index(b"allow")
        allowed = methods.get(scope.get("path_template", ""), set()) | set(
            headers[place][1].decode().split(", ")
        )
        headers[place] = (b"allow", _allow(allowed))
    return [*headers, *(field for field in DEFAULTS if field[0] not in names), *SAFETY_HEADERS]


def _allow(methods: Set[str]) -> bytes:
    return ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods)).encode()
