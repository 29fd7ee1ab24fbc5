"""Errors on the wire: problem details (RFC 9457)."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from domain.refusals import SENTENCES


class ProblemResponse(Struct, frozen=True, kw_only=True):
    """What went wrong: for programs by `code`, for people by `error`."""

    type: Annotated[str, Meta(description="Where the code is explained.", examples=["/schema#not_found"])]
    title: Annotated[str, Meta(description="The status in words.", examples=["Not Found"])]
    status: Annotated[int, Meta(examples=[404])]
    detail: Annotated[str, Meta(description="The same sentence as `error`.")]
    instance: Annotated[
        str, Meta(description="The path that was asked for.", examples=["/api/v1/mz-request"])
    ]
    code: Annotated[str, Meta(description="Stable word for programs.", examples=["not_found"])]
    error: Annotated[
        str, Meta(description="A sentence for the person.", examples=["There is no such request."])
    ]
    field: Annotated[
        str | UnsetType, Meta(description="The field that the error is about.", examples=["age"])
    ] = UNSET
    services: Annotated[
        dict[str, Literal["up", "down"]] | UnsetType, Meta(description="Which services answer.")
    ] = UNSET


PROBLEMS: dict[int, dict[str, str]] = {
    400: {
        "bad_request": "The request is malformed.",
        "malformed_body": "The body is no valid JSON.",
        "cut_off": "The request was cut off.",
    },
    401: {
        "invalid_token": "Your login has expired. Log in again.",
        "wrong_credentials": "E-mail address or password is wrong.",
    },
    403: {"origin_not_allowed": "Pages from there may not use this service."},
    404: {
        "not_found": "There is no such request.",
        "invalid_link": "This link has expired or was cut off. Load the page again to get a new one.",
    },
    405: {"method_not_allowed": "This address does not take that method."},
    409: {
        "email_taken": "There is an account with this e-mail address. Log in, or use another one.",
        "generation_in_flight": "Your faces are being made already. Wait until they are done.",
        "not_finished": "Your faces are not ready yet. Rate them when they are.",
    },
    413: {"too_large": "The file is larger than 25 MB: record less."},
    415: {
        "unsupported_media_type": "Send the recording in a form of type multipart/form-data.",
        "voice_not_audio": SENTENCES["not_audio"],
    },
    416: {"range_not_satisfiable": "The file is not as long as that."},
    422: {
        "invalid_value": "Give an age from 1 to 120 years.",
        **{f"voice_{reason}": sentence for reason, sentence in SENTENCES.items() if reason != "not_audio"},
    },
    429: {
        "quota_exceeded": "You have 10 requests, the most one can hold. Delete one to make another.",
    },
    500: {"internal_error": "Something broke on our side. Try again later."},
    503: {
        "service_unavailable": "The service is busy or being repaired. Try again in a minute.",
        "not_ready": "Not everything that the service needs answers.",
    },
}
"""The codes that each status may carry, with a sentence each may come with; for the document."""
