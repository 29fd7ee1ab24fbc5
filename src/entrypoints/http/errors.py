"""Errors as problem details (RFC 9457); this file alone decides which status an error has."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from msgspec import UNSET, UnsetType

from application.errors import (
    AccountGone,
    AddressNotConfirmed,
    ApplicationError,
    EmailTaken,
    GuestsOff,
    HashingBusy,
    InvalidLink,
    InvalidMailLink,
    InvalidShare,
    InvalidToken,
    NoAddress,
    NoPassword,
    NotFound,
    PasswordMissing,
    ServiceUnavailable,
    SessionEnded,
    TooManyTries,
    WrongCredentials,
    WrongPassword,
)
from application.ports.blobs import BlobNotFound
from domain.errors import (
    AlreadySignedUp,
    ConsentRequired,
    ConsentWithdrawn,
    DomainError,
    FacesErased,
    GenerationInFlight,
    GuestLimit,
    InvalidValue,
    KeyReused,
    KeyRunning,
    NotFinished,
    NoticeOutdated,
    QuotaExceeded,
    RecordingErased,
    TooManyKeys,
    TooYoung,
    VoiceRefused,
)
from domain.refusals import UNREADABLE
from entrypoints.http.quota_headers import refusal_headers
from entrypoints.http.rate_limit_fields import RATE_LIMIT_FIELDS, RateLimit, rate_limit_headers
from entrypoints.http.request_errors import (
    BadRequest,
    MethodNotAllowed,
    NotReady,
    RequestRefused,
    TooLarge,
    UnknownAddress,
)
from entrypoints.http.schemas.health import ServiceStates
from entrypoints.http.schemas.problems import ProblemResponse
from entrypoints.http.validation_messages import invalid_parameter

PROBLEM_TYPE = "application/problem+json"

STATUS: Mapping[type[Exception], HTTPStatus] = {
    InvalidValue: HTTPStatus.UNPROCESSABLE_ENTITY,
    ConsentRequired: HTTPStatus.UNPROCESSABLE_ENTITY,
    NoticeOutdated: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooYoung: HTTPStatus.UNPROCESSABLE_ENTITY,
    ConsentWithdrawn: HTTPStatus.FORBIDDEN,
    VoiceRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    QuotaExceeded: HTTPStatus.TOO_MANY_REQUESTS,
    GuestLimit: HTTPStatus.TOO_MANY_REQUESTS,
    GuestsOff: HTTPStatus.FORBIDDEN,
    AlreadySignedUp: HTTPStatus.CONFLICT,
    GenerationInFlight: HTTPStatus.CONFLICT,
    NotFinished: HTTPStatus.CONFLICT,
    RecordingErased: HTTPStatus.CONFLICT,
    FacesErased: HTTPStatus.CONFLICT,
    EmailTaken: HTTPStatus.CONFLICT,
    KeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    KeyRunning: HTTPStatus.CONFLICT,
    TooManyKeys: HTTPStatus.TOO_MANY_REQUESTS,
    NotFound: HTTPStatus.NOT_FOUND,
    InvalidLink: HTTPStatus.NOT_FOUND,
    InvalidShare: HTTPStatus.NOT_FOUND,
    InvalidMailLink: HTTPStatus.NOT_FOUND,
    AddressNotConfirmed: HTTPStatus.FORBIDDEN,
    NoAddress: HTTPStatus.CONFLICT,
    WrongCredentials: HTTPStatus.UNAUTHORIZED,
    WrongPassword: HTTPStatus.FORBIDDEN,
    PasswordMissing: HTTPStatus.FORBIDDEN,
    NoPassword: HTTPStatus.CONFLICT,
    InvalidToken: HTTPStatus.UNAUTHORIZED,
    SessionEnded: HTTPStatus.UNAUTHORIZED,
    AccountGone: HTTPStatus.UNAUTHORIZED,
    TooManyTries: HTTPStatus.TOO_MANY_REQUESTS,
    HashingBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    ServiceUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""The status of each error of the domain and the application.

An invalid link is 404, like an unknown id: the answer must not tell forged, expired and erased links apart.
"""

HEADERS: Mapping[int, Mapping[str, str]] = {
    401: {"WWW-Authenticate": 'Bearer realm="voice2face"'},
    503: {"Retry-After": "10"},
}
"""The headers that go with a status."""

POSSIBLE_HEADERS: Mapping[int, Sequence[str]] = {
    409: ("Retry-After",),
    429: ("Retry-After", *RATE_LIMIT_FIELDS),
}
"""The headers that may go with a status."""

FRAMEWORK_ERRORS: Mapping[int, type[RequestRefused]] = {
    kind.status: kind for kind in (BadRequest, UnknownAddress, MethodNotAllowed, TooLarge)
}
"""The error that replaces each error that Litestar raises by itself, by its status."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What a client learns of an error."""

    status: HTTPStatus
    code: str
    sentence: str
    headers: Mapping[str, str] | None = None
    field: str | UnsetType = UNSET
    services: ServiceStates | UnsetType = UNSET


INTERNAL_ERROR = Problem(
    status=HTTPStatus.INTERNAL_SERVER_ERROR,
    code="internal_error",
    sentence="Something broke on our side. Try again later.",
)
"""The answer to an error that this file does not know; the error's own message may hold secrets."""


def answer_error(request: Request[Any, Any, Any], error: Exception) -> Response[ProblemResponse]:
    """Return the answer to any error; an unknown one is logged with its traceback."""
    found = problem_of(error)
    if found is INTERNAL_ERROR:
        log.error("%s %s failed", request.method, request.scope.get("path_template"), exc_info=error)
    elif isinstance(error, ServiceUnavailable):
        log.warning("%s does not answer", error.service)
    return Response(
        ProblemResponse.of(
            found.status,
            found.code,
            found.sentence,
            instance=request.scope["path"],
            field=found.field,
            services=found.services,
        ),
        status_code=found.status,
        media_type=PROBLEM_TYPE,
        headers={**HEADERS.get(found.status, {}), **(found.headers or {})},
    )


def problem_of(error: Exception) -> Problem:
    """Return what a client learns of an error; `INTERNAL_ERROR` where it is unknown."""
    match error:
        case NotReady():
            return Problem(status=error.status, code=error.code, sentence=str(error), services=error.services)
        case RequestRefused():
            return Problem(status=error.status, code=error.code, sentence=str(error), headers=error.headers)
        case VoiceRefused():
            return Problem(
                status=_status_of_refusal(error.reason),
                code=f"voice_{error.reason}",
                sentence=str(error),
                field="file",
            )
        case InvalidValue():
            return Problem(
                status=STATUS[InvalidValue], code=error.code, sentence=str(error), field=error.field
            )
        case TooManyTries():
            return Problem(
                status=STATUS[TooManyTries],
                code=error.code,
                sentence=str(error),
                headers=_when_allowed(error),
            )
        case KeyRunning():
            seconds = str(int(error.retry_after.total_seconds()))
            return Problem(
                status=STATUS[KeyRunning],
                code=error.code,
                sentence=str(error),
                headers={"Retry-After": seconds},
            )
        case QuotaExceeded():
            return Problem(
                status=STATUS[QuotaExceeded],
                code=error.code,
                sentence=str(error),
                headers=refusal_headers(error),
            )
        case DomainError() | ApplicationError() if (status := _status_of(error)) is not None:
            return Problem(status=status, code=error.code, sentence=str(error))
        case BlobNotFound():
            return problem_of(InvalidLink())
        case ValidationException():
            return problem_of(_parameter_error(error))
        case HTTPException() if error.status_code in FRAMEWORK_ERRORS:
            return problem_of(FRAMEWORK_ERRORS[error.status_code](headers=error.headers))
        case _:
            return INTERNAL_ERROR


def _when_allowed(error: TooManyTries) -> Mapping[str, str]:
    window = error.rule.window
    limit = RateLimit(
        error.tried.replace(" ", "-"),
        error.rule.most,
        int(window.total_seconds()) if window else None,
        remaining=0,
        reset_seconds=error.seconds,
    )
    return {"Retry-After": str(error.seconds), **rate_limit_headers([limit])}


def _status_of(error: DomainError | ApplicationError) -> HTTPStatus | None:
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), None)


def _status_of_refusal(reason: str) -> HTTPStatus:
    return HTTPStatus.UNSUPPORTED_MEDIA_TYPE if reason in UNREADABLE else STATUS[VoiceRefused]


def _parameter_error(error: ValidationException) -> NotFound | InvalidValue:
    """Return the error for a parameter: an id of the wrong form is an unknown id, all else is an invalid value."""
    first = error.extra[0] if isinstance(error.extra, list) and error.extra else {}
    if first.get("source") == "path":
        return NotFound("thing")
    return invalid_parameter(first.get("key", "request"))
