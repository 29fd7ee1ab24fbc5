"""Which file is at which address."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from entrypoints.web.files import STATIC, StaticFile

PAGES: Mapping[str, str] = {
    "/account/confirm": "account/confirm.html",
    "/account/reset": "account/reset.html",
}
"""The pages, to which the links in mails lead."""


LOADED = sorted(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.*") if path.suffix != ".html")
"""What pages load."""
ADDRESSES: Mapping[str, str] = {**PAGES, **{f"/static/{name}": name for name in LOADED}}
"""The file at each address."""


def pages() -> Sequence[HTTPRouteHandler]:
    """Return a handler for each address."""
    return [_handler(address, StaticFile.read(name)) for address, name in ADDRESSES.items()]


def _handler(address: str, file: StaticFile) -> HTTPRouteHandler:
    @get(address, include_in_schema=False, sync_to_thread=False)
    def send(request: Request[Any, Any, Any]) -> Response[Any]:
        return file.answer(request.headers)

    return send
