"""The OpenAPI document, and where it is served."""

from importlib.metadata import version
from typing import Any

import msgspec
from litestar import Litestar, Request, Router
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, OpenAPIRenderPlugin
from litestar.openapi.spec import Components, Tag

from entrypoints.http.openapi.links import add_links
from entrypoints.http.openapi.operations import (
    REFRESH_COOKIE,
    SECURITY_SCHEMES,
    TAGS,
    build_operation,
    operations,
    structs_of,
)
from entrypoints.http.openapi.page import CONTENT_POLICY, render_page
from entrypoints.http.openapi.problems import problem_responses
from entrypoints.http.openapi.schemas import Document, schemas
from entrypoints.http.schemas.problems import ProblemResponse
from entrypoints.http.schemas.progress import ErasedResponse, JobStatusResponse
from entrypoints.http.tracing import TRACE_HEADER

DESCRIPTION = """\
Send a recorded voice and get a face that suits it, as a portrait and a talking video, beside the face of a made-up
person of the same age and gender.

Sign up, log in, and send the token with every call, as `Token: …` or `Authorization: Bearer …`. Bodies are forms
(`multipart/form-data`, `application/x-www-form-urlencoded`) or JSON with the same names. Errors are problem details
(RFC 9457) with a stable `code` and a sentence in `error`.
"""

TRACE_ID = {
    "description": "The id of this call in our log: name it with a question.",
    "schema": {"type": "string"},
}


def openapi_config() -> OpenAPIConfig:
    """Return where the document and its page are served, and what Litestar's part of the document says."""
    return OpenAPIConfig(
        title="Voice2Face",
        version=version("voice2face"),
        description=DESCRIPTION,
        openapi_router=Router(
            path="/schema",
            route_handlers=[],
            response_headers={"Content-Security-Policy": CONTENT_POLICY},
            include_in_schema=False,
        ),
        render_plugins=[HtmlPage(path="/"), JsonDocument()],
        tags=[Tag(name=name, description=description) for name, description in TAGS.items()],
        components=Components(security_schemes=SECURITY_SCHEMES | REFRESH_COOKIE),
        operation_id_creator=lambda handler, _method, _path: handler.handler_name,
    )


class JsonDocument(JsonRenderPlugin):
    """Serves the document at /schema/openapi.json."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: Document) -> bytes:
        """Return the document as JSON."""
        return msgspec.json.encode(build_document(openapi_schema, request.app))


class HtmlPage(OpenAPIRenderPlugin):
    """Serves the document as a page at /schema."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: Document) -> bytes:
        """Return the page."""
        return render_page(build_document(openapi_schema, request.app)).encode()

    def receive_router(self, router: Router) -> None:
        """Remove Litestar's HTML response for unknown addresses, so that they are problem details."""
        router.routes = [route for route in router.routes if "{path:str}" not in route.path]


def build_document(litestar_document: Document, app: Litestar) -> Document:
    """Return Litestar's document with our operations, schemas and error responses."""
    paths: dict[str, dict[str, Document]] = {}
    structs: set[type] = {ProblemResponse, JobStatusResponse, ErasedResponse}
    for path, method, handler in operations(app):
        litestar_operation = litestar_document["paths"][path][method]
        operation = build_operation(litestar_operation, handler, app.state.consent_policy)
        paths.setdefault(path, {})[method] = {**operation, "responses": traced(operation["responses"])}
        structs |= structs_of(handler)
    add_links(paths)
    components = {
        **litestar_document["components"],
        "schemas": schemas(structs),
        "responses": traced(problem_responses()),
        "headers": {"TraceId": TRACE_ID},
    }
    return {**litestar_document, "paths": paths, "components": components}


def traced(responses: Document) -> Document:
    """Return responses with the header that every response has; references stay as they are."""
    header = {TRACE_HEADER: {"$ref": "#/components/headers/TraceId"}}
    return {
        status: response
        if "$ref" in response
        else {**response, "headers": {**response.get("headers", {}), **header}}
        for status, response in responses.items()
    }
