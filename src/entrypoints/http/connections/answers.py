"""Answers that a connection gives by itself, in place of the application."""

from collections.abc import Sequence

import msgspec

from entrypoints.http.errors import HEADERS, PROBLEM_TYPE, problem_of
from entrypoints.http.request_errors import RequestRefused
from entrypoints.http.response_headers import SAFETY_HEADERS
from entrypoints.http.schemas.problems import ProblemResponse


def answer_of(error: RequestRefused, path: str, headers: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Return a whole answer with a problem, as the application would give it; `headers` are added to its own."""
    problem = problem_of(error)
    body = msgspec.json.encode(
        ProblemResponse.of(problem.status, problem.code, problem.sentence, instance=path)
    )
    fields = {
        "Content-Type": PROBLEM_TYPE,
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "Connection": "close",
        **HEADERS.get(problem.status, {}),
    }
    lines = [
        f"HTTP/1.1 {problem.status} {problem.status.phrase}".encode(),
        *(name + b": " + value for name, value in (*headers, *SAFETY_HEADERS)),
        *(f"{name}: {value}".encode() for name, value in fields.items()),
    ]
    return b"\r\n".join([*lines, b"", body])
