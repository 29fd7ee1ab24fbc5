"""Requests from pages of other origins (CORS)."""

from collections.abc import Sequence
from typing import Any

from litestar import Request
from litestar.config.cors import CORSConfig
from litestar.types import HTTPScope, Receive, Send

from entrypoints.http.errors import answer_error
from entrypoints.http.request_errors import OriginNotAllowed
from entrypoints.http.tracing import TRACE_HEADER

EXPOSED_HEADERS = ["Accept-Ranges", "Content-Range", "ETag", "Retry-After", "WWW-Authenticate", TRACE_HEADER]
"""The response headers that a page of another origin may read."""


def cors_config(origins: Sequence[str]) -> CORSConfig:
    """Return what Litestar needs to let pages of these origins use the API."""
    return CORSConfig(allow_origins=list(origins), expose_headers=EXPOSED_HEADERS)


def is_refused_preflight(cors: CORSConfig, scope: HTTPScope) -> bool:
    """Tell whether a browser asks if it may send a request from an origin that is not allowed."""
    if scope["method"] != "OPTIONS":
        return False
    origin = dict(scope["headers"]).get(b"origin")
    return origin is not None and not cors.is_origin_allowed(origin.decode("latin-1"))


async def refuse_preflight(scope: HTTPScope, receive: Receive, send: Send) -> None:
    """Answer with the problem `OriginNotAllowed`: Litestar would answer without a body."""
    request: Request[Any, Any, Any] = Request(scope, receive, send)
    answer = answer_error(request, OriginNotAllowed())
    await answer.to_asgi_response(app=None, request=request)(scope, receive, send)
