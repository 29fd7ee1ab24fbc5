"""Every error as problem details (RFC 9457); the one place where errors become status codes."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from msgspec import UNSET, UnsetType

from application.errors import (
    AccountGone,
    ApplicationError,
    EmailTaken,
    InvalidLink,
    InvalidToken,
    NotFound,
    ServiceUnavailable,
    WrongCredentials,
)
from application.ports.blobs import BlobNotFound
from domain.errors import (
    DomainError,
    GenerationInFlight,
    InvalidValue,
    NotFinished,
    QuotaExceeded,
    VoiceRefused,
)
from entrypoints.http.schemas.problems import ProblemResponse
from entrypoints.http.validation_messages import parameter_in_words

PROBLEM_TYPE = "application/problem+json"

STATUS: Mapping[type[Exception], HTTPStatus] = {
    InvalidValue: HTTPStatus.UNPROCESSABLE_ENTITY,
    VoiceRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    QuotaExceeded: HTTPStatus.TOO_MANY_REQUESTS,
    GenerationInFlight: HTTPStatus.CONFLICT,
    NotFinished: HTTPStatus.CONFLICT,
    EmailTaken: HTTPStatus.CONFLICT,
    NotFound: HTTPStatus.NOT_FOUND,
    InvalidLink: HTTPStatus.NOT_FOUND,
    WrongCredentials: HTTPStatus.UNAUTHORIZED,
    InvalidToken: HTTPStatus.UNAUTHORIZED,
    AccountGone: HTTPStatus.UNAUTHORIZED,
    ServiceUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""An invalid link is 404, like an unknown id: forged, expired and erased must not be told apart."""

FRAMEWORK: Mapping[int, tuple[str, str]] = {
    400: ("bad_request", "The request is malformed."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take that method."),
    413: ("too_large", "That is too large."),
}
"""Code and sentence for what the framework itself refuses."""

HEADERS: Mapping[int, Mapping[str, str]] = {
    401: {"WWW-Authenticate": 'Bearer realm="voice2face"'},
    503: {"Retry-After": "10"},
}

log = logging.getLogger(__name__)


class RequestRefused(Exception):
    """HTTP itself refuses: no use case was asked."""

    def __init__(
        self, status: HTTPStatus, code: str, sentence: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})


class NotReady(Exception):
    """Some of what the service depends on does not answer."""

    def __init__(self, services: dict[str, Any]) -> None:
        super().__init__("Not everything that the service needs answers.")
        self.services = services


def answer_error(request: Request[Any, Any, Any], error: Exception) -> Response[ProblemResponse]:
    """Return the answer to whatever was raised; what nobody foresaw is logged, and tells nothing."""
    match error:
        case RequestRefused():
            return problem(request, error.status, error.code, str(error), error.headers)
        case NotReady():
            return problem(
                request,
                HTTPStatus.SERVICE_UNAVAILABLE,
                "not_ready",
                str(error),
                HEADERS[503],
                services=error.services,
            )
        case DomainError() | ApplicationError() if (status := _status(error)) is not None:
            return _known(request, error, status)
        case BlobNotFound():
            return answer_error(request, InvalidLink())
        case ValidationException():
            return _invalid_parameter(request, error)
        case HTTPException() if error.status_code in FRAMEWORK:
            code, sentence = FRAMEWORK[error.status_code]
            return problem(request, HTTPStatus(error.status_code), code, sentence, error.headers)
        case _:
            log.error("%s %s broke", request.method, request.scope.get("path_template"), exc_info=error)
            return problem(
                request,
                HTTPStatus.INTERNAL_SERVER_ERROR,
                "internal_error",
                "Something broke on our side. Try again later.",
            )


def problem(
    request: Request[Any, Any, Any],
    status: HTTPStatus,
    code: str,
    sentence: str,
    headers: Mapping[str, str] | None = None,
    *,
    field: str | UnsetType = UNSET,
    services: dict[str, Any] | UnsetType = UNSET,
) -> Response[ProblemResponse]:
    """Return problem details."""
    return Response(
        ProblemResponse(
            type=f"/schema#{code}",
            title=status.phrase,
            status=status,
            detail=sentence,
            instance=request.scope["path"],
            code=code,
            error=sentence,
            field=field,
            services=services,
        ),
        status_code=status,
        media_type=PROBLEM_TYPE,
        headers=headers,
    )


def _status(error: Exception) -> HTTPStatus | None:
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), None)


def _known(
    request: Request[Any, Any, Any], error: DomainError | ApplicationError, status: HTTPStatus
) -> Response[ProblemResponse]:
    match error:
        case VoiceRefused(reason="not_audio"):
            status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
            return problem(request, status, "voice_not_audio", str(error), field="file")
        case VoiceRefused():
            return problem(request, status, f"voice_{error.reason}", str(error), field="file")
        case InvalidValue():
            return problem(request, status, error.code, str(error), field=error.field)
        case ServiceUnavailable():
            log.warning("%s does not answer", error.service)
    return problem(request, status, error.code, str(error), HEADERS.get(status))


def _invalid_parameter(
    request: Request[Any, Any, Any], error: ValidationException
) -> Response[ProblemResponse]:
    """Answer for a parameter: an id that cannot be one is unknown, anything else is an invalid value."""
    first = error.extra[0] if isinstance(error.extra, list) and error.extra else {}
    if first.get("source") == "path":
        return answer_error(request, NotFound("thing"))
    return answer_error(request, parameter_in_words(first.get("key", "request")))
