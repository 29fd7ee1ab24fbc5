"""The access table: what each kind of client gets from each route.

A new route needs a row here: `test_two_users.py` reads the routes of the application, and fails for one without a row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from integration.http.page_addresses import ADDRESSES
from integration.http.service import API, NOTICE, PASSWORD, UNKNOWN_ID, VOICE


@dataclass(frozen=True)
class Answer:
    """A status, and the code of the problem if it is an error."""

    status: int
    code: str = ""


NO_TOKEN = Answer(401, "invalid_token")
NOT_FOUND = Answer(404, "not_found")


@dataclass(frozen=True, kw_only=True)
class Row:
    """What a client without a token, another user and the owner get, and what they send.

    Where the path names no object, the other user and the owner are two users who both have requests.
    """

    stranger: Answer
    other: Answer
    owner: Answer
    """The answer about a request whose faces are made, with ratings and a survey."""
    owner_early: Answer | None = None
    """The answer about a request whose job is still queued; None where that is not asked."""
    sends: Mapping[str, Any] = field(default_factory=dict)
    """Arguments of `httpx.AsyncClient.request`."""


def public(status: int, **sends: Any) -> Row:
    """Return the row of a route that answers all clients alike."""
    answer = Answer(status)
    return Row(stranger=answer, other=answer, owner=answer, owner_early=answer, sends=sends)


def refused(answer: Answer, **sends: Any) -> Row:
    """Return the row of a route that refuses all clients alike, for what they send."""
    return Row(stranger=answer, other=answer, owner=answer, owner_early=answer, sends=sends)


def for_users(status: int, **sends: Any) -> Row:
    """Return the row of a route about the user's own data, whose path names no object."""
    answer = Answer(status)
    return Row(stranger=NO_TOKEN, other=answer, owner=answer, sends=sends)


def for_owner(finished: int, early: Answer | None, **sends: Any) -> Row:
    """Return the row of a route whose path names an object that belongs to a user."""
    return Row(stranger=NO_TOKEN, other=NOT_FOUND, owner=Answer(finished), owner_early=early, sends=sends)


REQUEST = f"{API}/mz-request/{{request_id}}"
LOGIN = {"email": "new@example.org", "password": "correct horse battery"}

ROWS: Mapping[str, Row] = {
    f"GET {API}/service": public(200),
    f"POST {API}/users": public(201, data={**LOGIN, "email": "{fresh}@example.org"}),
    f"POST {API}/guests": public(201),
    f"POST {API}/users/email/validation": public(200, data={"email": "{fresh}@example.org"}),
    f"POST {API}/auth": public(200, data=LOGIN),
    f"POST {API}/auth/sessions": public(201, data=LOGIN),
    f"POST {API}/auth/refresh": refused(NO_TOKEN),  # a cookie gives access here, and no token
    f"DELETE {API}/auth/refresh": public(204),
    f"GET {API}/auth/sessions": for_users(200),
    f"DELETE {API}/auth/sessions": for_users(204),
    f"DELETE {API}/auth/sessions/{{session_id}}": for_owner(204, None),
    f"PUT {API}/users/password": for_users(204, data={"current_password": PASSWORD, "password": PASSWORD}),
    f"POST {API}/users/password/reset-mail": public(202, data={"email": "{fresh}@example.org"}),
    f"POST {API}/users/password/reset": refused(
        Answer(404, "invalid_mail_link"), data={"token": "x", "password": LOGIN["password"]}
    ),
    f"POST {API}/users/email/confirmation-mail": for_users(202),
    f"POST {API}/users/email/confirmation": refused(
        Answer(404, "invalid_mail_link"), data={"token": "x"}
    ),  # the link itself gives access
    f"GET {API}/users": for_users(200),
    f"DELETE {API}/users": for_users(200, data={"password": PASSWORD}),
    f"GET {API}/users/export": for_users(200),
    f"GET {API}/notices": public(200),
    f"GET {API}/notices/{{version}}": public(200),
    f"GET {API}/users/consents": for_users(200),
    f"POST {API}/users/consents": for_users(201, data={"notice_version": NOTICE}),
    f"DELETE {API}/users/consents/{{consent_id}}": for_owner(200, Answer(200)),
    f"GET {API}/mz-request": for_users(200),
    f"POST {API}/mz-request": for_users(
        201, data={"age": "34", "gender": "woman"}, files={"file": ("svelte_audio.wav", VOICE, "audio/wav")}
    ),
    f"GET {REQUEST}": for_owner(200, Answer(200)),
    f"GET {REQUEST}/status/{{job_id}}": for_owner(200, Answer(200)),
    f"GET {REQUEST}/result/{{job_id}}": for_owner(200, Answer(200)),
    f"GET {REQUEST}/events": for_owner(200, None),  # the stream of a queued job does not end by itself
    f"GET {REQUEST}/mz-result": for_owner(200, Answer(200)),
    f"GET {REQUEST}/mz-result/{{result_id}}": for_owner(200, Answer(200)),
    f"PATCH {REQUEST}/mz-result/{{result_id}}": for_owner(
        200, Answer(409, "not_finished"), data={"type": "voice", "rating": "5"}
    ),
    f"POST {REQUEST}/mz-result/{{result_id}}": for_owner(
        200, Answer(409, "not_finished"), data={"opinion": "mine"}
    ),
    f"POST {REQUEST}/mz-result/{{result_id}}/shares": for_owner(201, Answer(409, "not_finished")),
    f"GET {API}/shares/{{token}}": refused(Answer(404, "invalid_share")),  # the token is one of a media link
    f"POST {REQUEST}/mz-result": for_owner(201, Answer(409, "generation_in_flight")),
    f"DELETE {REQUEST}": for_owner(204, Answer(204)),
    f"GET {API}/media/{{token}}": public(200),  # the link itself gives access
    "GET /health/live": public(200),
    "GET /health/ready": public(200),
    **{f"GET {address}": public(200) for address in ADDRESSES},
    "GET /schema": public(200),
    "GET /schema/openapi.json": public(200),
}

OWN = {route: row for route, row in ROWS.items() if row.other == NOT_FOUND}
"""The rows of the routes whose path names an object of a user."""

UNKNOWN = dict.fromkeys(
    (
        "request_id",
        "result_id",
        "job_id",
        "session_id",
        "consent_id",
        "version",
        "token",
        "file_name",
        "shown_id",
    ),
    UNKNOWN_ID,
)
