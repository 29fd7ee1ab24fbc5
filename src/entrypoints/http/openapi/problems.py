"""Responses for error statuses, with the errors themselves as examples."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus

import msgspec
from litestar.exceptions import HTTPException

from application.errors import (
    AddressNotConfirmed,
    EmailTaken,
    GuestsOff,
    HashingBusy,
    InvalidLink,
    InvalidMailLink,
    InvalidShare,
    NoAddress,
    NoPassword,
    PasswordMissing,
    ServiceUnavailable,
    TooManyTries,
    WrongCredentials,
    WrongPassword,
)
from domain.consent import YOUNGEST_ON_ONES_OWN
from domain.errors import (
    MEGABYTE,
    AlreadySignedUp,
    ConsentRequired,
    ConsentWithdrawn,
    FacesErased,
    GenerationInFlight,
    GuestLimit,
    KeyReused,
    KeyRunning,
    NotFinished,
    NoticeOutdated,
    QuotaExceeded,
    RecordingErased,
    TooManyKeys,
    TooYoung,
)
from domain.keyed_call import MOST_CALLS
from domain.refusals import SENTENCES, refusal
from domain.throttling import GrowingDelay
from domain.usage import QuotaName, QuotaState
from entrypoints.http.bodies.form_request import MULTIPART
from entrypoints.http.bodies.uploads import FileTooLarge
from entrypoints.http.caller import TokenMissing
from entrypoints.http.errors import (
    FRAMEWORK_ERRORS,
    HEADERS,
    POSSIBLE_HEADERS,
    PROBLEM_TYPE,
    Problem,
    problem_of,
)
from entrypoints.http.keyed_calls.call import KeyMalformed
from entrypoints.http.openapi.schemas import Document
from entrypoints.http.request_errors import (
    BodyCutOff,
    Draining,
    HeadTooLarge,
    MalformedBody,
    NotReady,
    OriginNotAllowed,
    RangeNotSatisfiable,
    TooManyConnections,
    TooManyExports,
    TooManyUploads,
    TooSlow,
    UnsupportedContentType,
)
from entrypoints.http.schemas.problems import ProblemResponse
from entrypoints.http.validation_messages import invalid_parameter

FULL = {
    QuotaName.OPEN_REQUESTS: 10,
    QuotaName.STORED_BYTES: 500 * MEGABYTE,
    QuotaName.REQUESTS: 50,
    QuotaName.DRAWING_SECONDS: 7200,
}
"""The quotas of the examples."""

EXAMPLES: tuple[Exception, ...] = (
    *(HTTPException(status_code=status) for status in FRAMEWORK_ERRORS),
    KeyMalformed(),
    MalformedBody(),
    BodyCutOff(),
    TokenMissing(),
    WrongCredentials(),
    OriginNotAllowed(),
    ConsentWithdrawn(),
    GuestsOff(),
    WrongPassword(),
    WrongPassword(),
    PasswordMissing(),
    InvalidLink(),
    InvalidShare(),
    AlreadySignedUp(),
    InvalidMailLink(),
    AddressNotConfirmed(),
    NoAddress(),
    EmailTaken(),
    NoPassword(),
    GenerationInFlight(),
    NotFinished(),
    RecordingErased(),
    FacesErased(),
    KeyRunning(),
    FileTooLarge(),
    UnsupportedContentType(MULTIPART),
    RangeNotSatisfiable(0),
    TooSlow(),
    HeadTooLarge(),
    invalid_parameter("limit"),
    ConsentRequired("2026-12"),
    NoticeOutdated("2026-12"),
    TooYoung(YOUNGEST_ON_ONES_OWN),
    *(refusal(reason, format="RealAudio") for reason in SENTENCES),
    KeyReused(),
    TooManyKeys(MOST_CALLS),
    TooManyUploads(),
    TooManyExports(),
    *(QuotaExceeded(QuotaState(name=name, quota=quota, used=quota), ()) for name, quota in FULL.items()),
    GuestLimit(QuotaState(name=QuotaName.OPEN_REQUESTS, quota=1, used=1), ()),
    TooManyTries("wrong passwords", GrowingDelay(3), timedelta(seconds=4)),
    Exception(),
    HashingBusy(),
    ServiceUnavailable("database"),
    TooManyConnections(),
    Draining(),
    NotReady({}),
)
"""An error for each code; where two have the same code, the later one is the example."""


def problems_by_status() -> Mapping[HTTPStatus, Mapping[str, Problem]]:
    """Return an example of each code that each status may carry."""
    found: dict[HTTPStatus, dict[str, Problem]] = {}
    for problem in map(problem_of, EXAMPLES):
        found.setdefault(problem.status, {})[problem.code] = problem
    return dict(sorted(found.items()))


def problem_responses() -> Document:
    """Return the response of each error status, by the status as text."""
    return {str(status): _response(status, problems) for status, problems in problems_by_status().items()}


def _response(status: HTTPStatus, problems: Mapping[str, Problem]) -> Document:
    examples = {code: {"value": msgspec.to_builtins(_example(problem))} for code, problem in problems.items()}
    return {
        "description": status.phrase,
        "headers": {name: {"schema": {"type": "string"}} for name in _headers(status)},
        "content": {
            PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemResponse"}, "examples": examples}
        },
    }


def _headers(status: HTTPStatus) -> Sequence[str]:
    return [*HEADERS.get(status, ()), *POSSIBLE_HEADERS.get(status, ())]


def _example(problem: Problem) -> ProblemResponse:
    return ProblemResponse.of(problem.status, problem.code, problem.sentence, instance="/api/v1/mz-request")
