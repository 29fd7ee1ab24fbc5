"""What handlers are given, by name."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from litestar import Request
from litestar.di import NamedDependency, Provide

from entrypoints.composition.container import Container
from entrypoints.composition.media_links import MediaLinks
from entrypoints.http.controllers.health import Checks
from entrypoints.http.security import Caller, authenticate

Thing = TypeVar("Thing")

FOR_EVERYBODY = ("sign_up", "require_free_email", "log_in", "open_media")
FOR_CALLERS = (
    "show_account",
    "submit",
    "workspaces",
    "regenerate",
    "erase",
    "show_requests",
    "watch_request",
    "rate_face",
    "answer_survey",
)


def provided(provider: Callable[[], Thing], *, for_callers: bool = False) -> Provide:
    """Bridge a provider of the container to Litestar; it is asked at each request, so that tests can override it.

    What is for callers depends on there being one, so nobody without a token gets hold of it. It also puts the two
    one after the other: Litestar would resolve them side by side in a task group, which costs more than all the
    rest of a short request.
    """

    def provide() -> Thing:
        return provider()

    def provide_to(caller: NamedDependency[Caller]) -> Thing:
        return provider()

    return Provide(provide_to if for_callers else provide, sync_to_thread=False)


def provide_all(container: Container) -> Mapping[str, Provide]:
    """Return every dependency under the name that handlers ask for."""
    public_url = container.settings().server.public_url

    def caller(request: Request[Any, Any, Any]) -> Caller:
        links = MediaLinks(container.sign_link(), base_address(request, public_url))
        return authenticate(request.headers, container.tokens(), links)

    def health_checks() -> Checks:
        return {
            "database": container.views().check,
            "blobs": container.blobs().check,
            "queue": container.announcer().check,
        }

    return {
        "caller": Provide(caller, sync_to_thread=False),
        "health_checks": Provide(health_checks, sync_to_thread=False),
        **{name: provided(getattr(container, name)) for name in FOR_EVERYBODY},
        **{name: provided(getattr(container, name), for_callers=True) for name in FOR_CALLERS},
    }


def base_address(request: Request[Any, Any, Any], public_url: str) -> str:
    """Return where clients reach us: as the settings say, or else as this request was sent."""
    if public_url:
        return public_url.rstrip("/")
    scope = request.scope
    host = request.headers.get("host") or "{}:{}".format(*(scope.get("server") or ("localhost", 80)))
    return f"{scope['scheme']}://{host}{scope.get('root_path', '').rstrip('/')}"
