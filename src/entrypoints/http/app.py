"""The application."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from litestar import Litestar, Router
from litestar.exceptions import NotFoundException

from entrypoints.composition.container import Container
from entrypoints.http.bodies.form_request import FormRequest
from entrypoints.http.bodies.uploads import LARGEST_UPLOAD
from entrypoints.http.controllers.accounts import AccountController
from entrypoints.http.controllers.consent import ConsentController, NoticeController
from entrypoints.http.controllers.events import EventController
from entrypoints.http.controllers.exports import ExportController
from entrypoints.http.controllers.guests import GuestController
from entrypoints.http.controllers.health import HealthController
from entrypoints.http.controllers.mails import MailController
from entrypoints.http.controllers.media import MediaController
from entrypoints.http.controllers.requests import RequestController
from entrypoints.http.controllers.results import ResultController
from entrypoints.http.controllers.service import ServiceController
from entrypoints.http.controllers.sessions import SessionController
from entrypoints.http.controllers.shares import ShareController
from entrypoints.http.cors import Cors, Preflights
from entrypoints.http.dependencies import create_dependencies
from entrypoints.http.errors import answer_error
from entrypoints.http.keyed_calls.answers import AlreadyAnswered, answer_again
from entrypoints.http.keyed_calls.middleware import KeyedCalls
from entrypoints.http.one_host import OneHost
from entrypoints.http.openapi.document import openapi_config
from entrypoints.http.outer_middleware import OuterMiddleware
from entrypoints.http.tracing import Tracing
from entrypoints.web.pages import Pages

Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]


def create_app(container: Container, lifespan: Sequence[Lifespan] = ()) -> Litestar:
    """Return the API over a container; `lifespan` may fill the container when the application starts."""
    api = Router(
        path="/api/v1",
        route_handlers=[
            ServiceController,
            AccountController,
            ExportController,
            NoticeController,
            ConsentController,
            GuestController,
            SessionController,
            MailController,
            RequestController,
            ResultController,
            EventController,
            MediaController,
            ShareController,
        ],
    )
    pages = Pages.of(container.settings())
    app = Litestar(
        route_handlers=[api, HealthController, *pages.handlers()],
        dependencies=create_dependencies(container),
        exception_handlers={
            Exception: answer_error,
            AlreadyAnswered: answer_again,
            NotFoundException: pages.answering_unknown_pages(answer_error),
        },
        lifespan=list(lifespan),
        openapi_config=openapi_config(),
        request_class=FormRequest,
        request_max_body_size=LARGEST_UPLOAD,
        logging_config=None,
    )
    app.state.consent_policy = container.consent_policy()  # the document says what it demands
    app.asgi_handler = KeyedCalls(app.asgi_handler, container.begin_call, container.end_call)
    cors = Cors(container.settings().server.cors_origins)
    app.asgi_handler = Preflights(app.asgi_handler, cors)
    app.asgi_handler = OneHost(app.asgi_handler)
    app.asgi_handler = OuterMiddleware(app, cors)
    app.asgi_handler = Tracing(app.asgi_handler, container.settings().logs.addresses)  # the outermost
    return app
