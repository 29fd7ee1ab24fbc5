"""Answers that a connection gives by itself, in place of the application."""

from collections.abc import Sequence

import msgspec

from entrypoints.http.cors import FOR_ANY_PAGE
from entrypoints.http.errors import HEADERS, PROBLEM_TYPE, problem_of
from entrypoints.http.request_errors import RequestRefused
from entrypoints.http.response_headers import DEFAULTS, SAFETY_HEADERS
from entrypoints.http.schemas.problems import ProblemResponse
from entrypoints.http.tracing import TRACE_HEADER


def answer_of(
    error: RequestRefused, path: str, trace_id: str, headers: Sequence[tuple[bytes, bytes]]
) -> bytes:
    """Return a whole answer with a problem, as the application would give it; `headers` are added to its own.

    Every page may read it: it holds nothing of any user, and the origin of the page may not have come.
    """
    problem = problem_of(error)
    body = msgspec.json.encode(
        ProblemResponse.of(problem.status, problem.code, problem.sentence, instance=path)
    )
    fields = {
        "Content-Type": PROBLEM_TYPE,
        "Content-Length": str(len(body)),
        "Connection": "close",
        TRACE_HEADER: trace_id,
        **HEADERS.get(problem.status, {}),
    }
    lines = [
        f"HTTP/1.1 {problem.status} {problem.status.phrase}".encode(),
        *(name + b": " + value for name, value in (*headers, *DEFAULTS, *SAFETY_HEADERS, *FOR_ANY_PAGE)),
        *(f"{name}: {value}".encode() for name, value in fields.items()),
    ]
    return b"\r\n".join([*lines, b"", body])
