"""Errors of requests that HTTP itself refuses, before any use case is called."""

from collections.abc import Mapping
from http import HTTPStatus

from entrypoints.http.schemas.health import ServiceStates


class RequestRefused(Exception):
    """HTTP refuses a request; each kind has a status, a stable code and a sentence for the user."""

    status: HTTPStatus
    code: str
    sentence: str
    """What the user reads, unless a more exact sentence is given when it is raised."""

    def __init__(self, sentence: str | None = None, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence or self.sentence)
        self.headers = headers or {}


class BadRequest(RequestRefused):
    """The request does not follow HTTP."""

    status = HTTPStatus.BAD_REQUEST
    code = "bad_request"
    sentence = "The request is malformed."


class MalformedBody(RequestRefused):
    """The body does not follow its own content type."""

    status = HTTPStatus.BAD_REQUEST
    code = "malformed_body"
    sentence = "The body is not valid JSON."


class BodyCutOff(RequestRefused):
    """The client left before it had sent the whole body."""

    status = HTTPStatus.BAD_REQUEST
    code = "cut_off"
    sentence = "The request was cut off."


class OriginNotAllowed(RequestRefused):
    """A page asks from an origin that the settings do not allow (CORS)."""

    status = HTTPStatus.FORBIDDEN
    code = "origin_not_allowed"
    sentence = "Pages from that address may not use this service."


class UnknownAddress(RequestRefused):
    """No route has this path."""

    status = HTTPStatus.NOT_FOUND
    code = "not_found"
    sentence = "There is nothing at this address."


class MethodNotAllowed(RequestRefused):
    """The path has no operation for this method."""

    status = HTTPStatus.METHOD_NOT_ALLOWED
    code = "method_not_allowed"
    sentence = "This address does not take that method."


class TooSlow(RequestRefused):
    """The head or the body of the request did not come in time."""

    status = HTTPStatus.REQUEST_TIMEOUT
    code = "too_slow"
    sentence = "The request took too long to arrive. Check your connection and try again."


class TooLarge(RequestRefused):
    """The body, or the file in it, is larger than the limit."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too_large"
    sentence = "The request is too large."


class TooManyUploads(RequestRefused):
    """The user is sending as many recordings as one may at once."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many_uploads"
    sentence = "You are sending other recordings already. Try again when they have arrived."


class TooManyExports(RequestRefused):
    """The user is fetching an export already."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many_exports"
    sentence = "You are fetching your data already. Try again when that has ended."


class UnsupportedContentType(RequestRefused):
    """The body has another content type than those that the operation accepts."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "unsupported_media_type"

    def __init__(self, *accepted: str) -> None:
        super().__init__(f"Send the body as {' or '.join(accepted)}.")


class RangeNotSatisfiable(RequestRefused):
    """The client asks for bytes beyond the end of a file of `size` bytes."""

    status = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    code = "range_not_satisfiable"
    sentence = "The file is shorter than that."

    def __init__(self, size: int) -> None:
        super().__init__(headers={"Content-Range": f"bytes */{size}"})


class HeadTooLarge(RequestRefused):
    """The head of the request, or what follows its body, has too many bytes or fields."""

    status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    code = "head_too_large"
    sentence = (
        "The head of the request is too large: send fewer or shorter header fields, or a shorter address."
    )


class TooManyConnections(RequestRefused):
    """There is no room for one more connection."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "too_many_connections"
    sentence = "Too many connections are open. Close some, or try again later."


class Draining(RequestRefused):
    """The process was told to stop, and should get no further calls."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "draining"
    sentence = "This process is about to stop. Send further calls to another one."


class NotReady(RequestRefused):
    """The service cannot work now: a backing service does not answer."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "not_ready"
    sentence = "Some of the backing services do not answer."

    def __init__(self, services: ServiceStates) -> None:
        super().__init__()
        self.services = services
