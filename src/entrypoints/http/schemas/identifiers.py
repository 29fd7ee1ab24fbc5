"""Identifiers and states on the wire."""

from enum import StrEnum
from typing import Annotated

from litestar.params import PathParameter
from msgspec import Meta

from domain.generation import State
from domain.ids import GenerationId, RequestId, SessionId

ID_PATTERN = "^[0-9a-f]{32}$"
ID_LENGTH = 32
"""Stands beside the pattern, whose end also matches before a line feed."""
EXAMPLE_ID = "019a8f2e5c7d7b3a9c41d2e6f8a01b23"

Id = Annotated[str, Meta(description="Opaque identifier.", examples=[EXAMPLE_ID])]

RequestIdPath = Annotated[
    RequestId, PathParameter(pattern=ID_PATTERN, max_length=ID_LENGTH, description="Id of a request.")
]
ResultIdPath = Annotated[
    GenerationId, PathParameter(pattern=ID_PATTERN, max_length=ID_LENGTH, description="Id of a result.")
]
JobIdPath = Annotated[
    GenerationId,
    PathParameter(
        pattern=ID_PATTERN, max_length=ID_LENGTH, description="Id of a job; its result has the same id."
    ),
]
CURRENT = "current"
SessionIdPath = Annotated[
    SessionId,
    PathParameter(
        pattern=f"^([0-9a-f]{{32}}|{CURRENT})$",
        max_length=ID_LENGTH,
        description=f"Id of a session, or `{CURRENT}` for the one of this call.",
    ),
]


class Status(StrEnum):
    """The state of a request, in the words that the front end knows."""

    PROCEEDING = "Proceeding"
    SUCCESS = "Success"
    FAILED = "Failed"

    @classmethod
    def of(cls, state: State) -> "Status":
        """Return the word for a state."""
        return _STATUS[state]


_STATUS = {
    State.QUEUED: Status.PROCEEDING,
    State.RUNNING: Status.PROCEEDING,
    State.SUCCEEDED: Status.SUCCESS,
    State.FAILED: Status.FAILED,
}
