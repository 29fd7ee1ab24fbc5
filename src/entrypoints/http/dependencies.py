"""What handlers are given, by name."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from litestar import Request
from litestar.di import Provide

from application.ports.auth import Principal
from entrypoints.container import Container
from entrypoints.http.controllers.health import Checks
from entrypoints.http.links import MediaLinks, base_address
from entrypoints.http.security import authenticate

Thing = TypeVar("Thing")

USE_CASES = (
    "sign_up",
    "require_free_email",
    "log_in",
    "show_account",
    "submit",
    "regenerate",
    "erase",
    "show_requests",
    "watch_request",
    "rate_face",
    "answer_survey",
    "open_media",
)


def provided(provider: Callable[[], Thing]) -> Provide:
    """Bridge a provider of the container to Litestar; it is asked at each request, so that tests can override it."""

    def provide() -> Thing:
        return provider()

    return Provide(provide, sync_to_thread=False)


def provide_all(container: Container) -> Mapping[str, Provide]:
    """Return every dependency under the name that handlers ask for."""
    public_url = container.settings().server.public_url

    def principal(request: Request[Any, Any, Any]) -> Principal:
        return authenticate(request.headers, container.tokens())

    def links(request: Request[Any, Any, Any]) -> MediaLinks:
        return MediaLinks(container.sign_link(), base_address(request, public_url))

    def health_checks() -> Checks:
        return {
            "database": container.views().check,
            "blobs": container.blobs().check,
            "queue": container.announcer().check,
        }

    return {
        "health_checks": Provide(health_checks, sync_to_thread=False),
        "principal": Provide(principal, sync_to_thread=False),
        "links": Provide(links, sync_to_thread=False),
        **{name: provided(getattr(container, name)) for name in USE_CASES},
    }
