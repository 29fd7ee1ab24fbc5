"""The access log: one line for each request, without secrets; health checks that succeed are left out."""

import logging
from http import HTTPStatus
from time import perf_counter
from urllib.parse import quote

from litestar.types import HTTPScope

log = logging.getLogger(__name__)

ACCESS = "{token}"
"""The part of an address that gives access by itself."""
HEALTH = "/health/"
"""What balancers and supervisors ask every second."""


def log_request(method: str, scope: HTTPScope, status: int, started: float) -> None:
    """Log a request that was answered with `status`, 0 for none; `started` is its `perf_counter`."""
    milliseconds = (perf_counter() - started) * 1000
    is_healthy = scope["path"].startswith(HEALTH) and status == HTTPStatus.OK
    level = logging.DEBUG if is_healthy else logging.INFO
    log.log(level, "%s %s %s %.1f ms", method, loggable_path(scope), status or "-", milliseconds)


def loggable_path(scope: HTTPScope) -> str:
    """Return the path unless it may hold a secret: the token of a link, or what a user typed by mistake."""
    template = scope.get("path_template", "")
    if not template:
        return "(not routed)"  # an unknown address, a preflight, or a request without one Host
    if ACCESS in template:
        return template
    return quote(scope["path"])  # a line feed in it would begin a forged line
