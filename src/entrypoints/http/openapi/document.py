"""The OpenAPI document, and where it is served."""

from importlib.metadata import version
from typing import Any

import msgspec
from litestar import Litestar, Request, Router
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, OpenAPIRenderPlugin
from litestar.openapi.spec import Components, Tag

from entrypoints.http.openapi.components import Document, schemas
from entrypoints.http.openapi.operations import (
    NEW_IDS,
    SECURITY_SCHEMES,
    TAGS,
    complete_operation,
    link_new_ids,
    operations,
    structs_of,
)
from entrypoints.http.openapi.page import render_page
from entrypoints.http.openapi.problems import problem_responses
from entrypoints.http.schemas.problems import ProblemResponse
from entrypoints.http.schemas.progress import JobStatusResponse

DESCRIPTION = """\
Send a recorded voice; get a face that suits it, drawn and talking, beside a face made from age and gender alone.

Sign up, log in, and send the token with every call, as `Token: …` or `Authorization: Bearer …`. Bodies are forms
(`multipart/form-data`, `application/x-www-form-urlencoded`) or JSON with the same names. Errors are problem details
(RFC 9457) with a stable `code` and a sentence in `error`.
"""


def describe() -> OpenAPIConfig:
    """Return where and how the document and its page are served."""
    return OpenAPIConfig(
        title="Voice2Face",
        version=version("voice2face"),
        description=DESCRIPTION,
        path="/schema",
        render_plugins=[DocumentPage(path="/"), CompleteDocument()],
        tags=[Tag(name=name, description=description) for name, description in TAGS.items()],
        components=Components(security_schemes=SECURITY_SCHEMES),
        operation_id_creator=lambda handler, _method, _path: handler.handler_name,
    )


class CompleteDocument(JsonRenderPlugin):
    """Serves the document at /schema/openapi.json."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: Document) -> bytes:
        """Return the document as JSON."""
        return msgspec.json.encode(complete(openapi_schema, request.app))


class DocumentPage(OpenAPIRenderPlugin):
    """Serves the document as a page at /schema, which needs neither scripts nor another server."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: Document) -> bytes:
        """Return the page."""
        return render_page(complete(openapi_schema, request.app)).encode()

    def receive_router(self, router: Router) -> None:
        """Take the framework's own HTML for unknown addresses away: ours are problem details."""
        router.routes = [route for route in router.routes if "{path:str}" not in route.path]


def complete(document: Document, app: Litestar) -> Document:
    """Return the framework's document with bodies, errors, security and schemas as they are."""
    paths: dict[str, dict[str, Document]] = {}
    structs: set[type] = {ProblemResponse, JobStatusResponse}
    for path, method, handler in operations(app):
        described = document["paths"][path][method]
        paths.setdefault(path, {})[method] = complete_operation(described, handler)
        structs |= structs_of(handler)
    for operation_id, ids in NEW_IDS.items():
        link_new_ids(paths, operation_id, ids)
    components = {
        **document["components"],
        "schemas": schemas(structs),
        "responses": problem_responses(),
    }
    return {**document, "paths": paths, "components": components}
