"""What handlers can ask for, by name."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from litestar import Request
from litestar.di import NamedDependency, Provide
from litestar.handlers import HTTPRouteHandler
from litestar.utils.signature import ParsedSignature

from application.log_context import log_context
from domain.ids import UserId
from entrypoints.composition.container import Container, UseCase
from entrypoints.composition.media_links import MediaLinks
from entrypoints.http.bodies.form_request import body_struct
from entrypoints.http.bodies.upload_places import UploadPlaces
from entrypoints.http.bodies.uploads import Uploads
from entrypoints.http.caller import Caller, authenticate, tokens_in
from entrypoints.http.health_checks import HealthChecks, Readiness
from entrypoints.http.keyed_calls.call import CHANGING_METHODS, KeyedRequest
from entrypoints.http.own_addresses import OwnAddresses
from entrypoints.http.refresh_cookie import RefreshCookie
from entrypoints.http.responses.export_places import ExportPlaces
from entrypoints.http.responses.open_streams import OpenStreams

T = TypeVar("T")

PUBLIC = frozenset(
    {
        "sign_up",
        "begin_guest",
        "require_free_email",
        "log_in",
        "refresh_session",
        "log_out",
        "show_service",
        "show_notices",
        "open_media",
        "open_share",
        "ask_for_reset",
        "reset_password",
        "confirm_address",
    }
)
"""The use cases that need no token. Every other use case of the container is for callers only."""

GUEST_ID = "guest_id"
"""The dependency on the guest whose token came with a request, which needs none."""


def create_dependencies(container: Container) -> Mapping[str, Provide]:
    """Return all that handlers can ask for: the caller, uploads and the like, and each use case by its name."""
    addresses = OwnAddresses(container.settings().server)
    quotas = container.settings().quotas
    upload_places, open_streams = UploadPlaces(quotas.uploads_at_once), OpenStreams(quotas.streams_at_once)
    export_places = ExportPlaces()

    def links(request: Request[Any, Any, Any]) -> MediaLinks:
        return MediaLinks(container.sign_link(), addresses.for_client(request.scope))

    async def authenticated(request: Request[Any, Any, Any]) -> Caller:
        found = await authenticate(
            request.headers, container.tokens(), container.ended_sessions(), links(request)
        )
        log_context().user_id = found.user_id
        return found

    async def caller(request: Request[Any, Any, Any]) -> Caller:
        found = await authenticated(request)
        if (keyed := KeyedRequest.of(request)) and takes_key(request.route_handler):
            keyed.is_from(found.user_id)
            if body_struct(request.route_handler) is None:
                await keyed.begin()  # with a body, the call begins when that is read
        return found

    async def guest_id(request: Request[Any, Any, Any]) -> UserId | None:
        """Return the guest whose token came with the request; None for no token, or one of an account."""
        found = await authenticated(request) if tokens_in(request.headers) else None
        return found.user_id if found and found.is_guest else None

    def refresh_cookie(request: Request[Any, Any, Any]) -> RefreshCookie:
        return RefreshCookie(request, addresses.for_client(request.scope))

    def uploads(caller: NamedDependency[Caller]) -> Uploads:
        return Uploads(caller.user_id, upload_places, container.admit_user(), container.workspaces())

    def health_checks() -> HealthChecks:
        return {
            "database": container.views().check,
            "blobs": container.blobs().check,
            "queue": container.announcer().check,
        }

    readiness = Readiness(health_checks, container.draining().is_set)
    return {
        "caller": Provide(caller),
        "links": Provide(links, sync_to_thread=False),
        GUEST_ID: Provide(guest_id),
        "refresh_cookie": Provide(refresh_cookie, sync_to_thread=False),
        "uploads": Provide(uploads, sync_to_thread=False),
        "readiness": Provide(lambda: readiness, sync_to_thread=False),
        "stopping": for_all(container.stopping),
        "open_streams": Provide(lambda: open_streams, sync_to_thread=False),
        "export_places": Provide(lambda: export_places, sync_to_thread=False),
        **{
            name: for_all(provider) if name in PUBLIC else for_callers(provider)
            for name, provider in container.providers.items()
            if isinstance(provider, UseCase)
        },
    }


def for_all(provider: Callable[[], T]) -> Provide:
    """Return a dependency for any client; the provider is called in each request, so tests can override it."""

    def provide() -> T:
        return provider()

    return Provide(provide, sync_to_thread=False)


def for_callers(provider: Callable[[], T]) -> Provide:
    """Return a dependency for callers only: a request without a valid token ends with status 401.

    It depends on the caller, so Litestar resolves the caller first and this second. Two dependencies that do not depend
    on each other would be resolved in a task group, which takes longer than the rest of a short request.
    """

    def provide(caller: NamedDependency[Caller]) -> T:
        return provider()

    return Provide(provide, sync_to_thread=False)


def may_take_token(handler: HTTPRouteHandler) -> bool:
    """Tell whether a handler takes the token of a guest, but needs none."""
    return GUEST_ID in handler.parsed_fn_signature.parameters


def needs_caller(handler: HTTPRouteHandler) -> bool:
    """Tell whether a handler, or a dependency of it, depends on the caller."""
    provided = handler.resolve_dependencies()

    def reaches_caller(signature: ParsedSignature) -> bool:
        names = signature.parameters.keys() & provided.keys()
        return "caller" in names or any(reaches_caller(provided[name].parsed_fn_signature) for name in names)

    return reaches_caller(handler.parsed_fn_signature)


def takes_key(handler: HTTPRouteHandler) -> bool:
    """Tell whether an idempotency key counts for a handler; not where its option `takes_no_key` is set."""
    changes = handler.http_methods & CHANGING_METHODS and not handler.opt.get("takes_no_key")
    return bool(changes) and needs_caller(handler)
