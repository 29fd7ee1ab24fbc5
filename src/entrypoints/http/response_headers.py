"""Headers that every response has."""

from collections.abc import Mapping, Set

from litestar import Litestar
from litestar.routes import HTTPRoute
from litestar.types import HTTPScope

SAFETY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)

Headers = list[tuple[bytes, bytes]]


def methods_by_path(app: Litestar) -> Mapping[str, Set[str]]:
    """Return the methods of each path template."""
    return {route.path_format: set(route.methods) for route in app.routes if isinstance(route, HTTPRoute)}


def completed(headers: Headers, scope: HTTPScope, methods: Mapping[str, Set[str]]) -> Headers:
    """Return the headers with those for safety; a response that does not allow caching forbids it.

    `Allow` gets all methods of the path, and HEAD: Litestar names only some of them.
    """
    names = [name.lower() for name, _ in headers]
    if b"allow" in names:
        place = names.index(b"allow")
        allowed = methods.get(scope.get("path_template", ""), set()) | set(
            headers[place][1].decode().split(", ")
        )
        headers[place] = (b"allow", _allow(allowed))
    if b"cache-control" not in names:
        headers.append((b"cache-control", b"no-store"))
    return [*headers, *SAFETY_HEADERS]


def _allow(methods: Set[str]) -> bytes:
    return ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods)).encode()
