"""How far a job is, on the wire; polled and streamed alike."""

from typing import Annotated, Self

from msgspec import Meta, Struct

from application.ports.faces import Stage
from application.ports.views import ProgressView
from domain.generation import State
from entrypoints.http.schemas.identifiers import Id, Moment, Status


class JobStatusResponse(Struct, frozen=True, kw_only=True):
    """The facts about a job."""

    job_id: Id
    state: State
    status: Status
    stage: Annotated[
        str | None,
        Meta(
            description="What it is busy with.",
            examples=["drawing"],
            extra_json_schema={"enum": [*Stage, None]},
        ),
    ]
    percent: Annotated[int, Meta(examples=[42], extra_json_schema={"minimum": 0, "maximum": 100})]
    place: Annotated[int | None, Meta(description="Place in the queue, from 1; null once it does not wait.")]
    attempt: Annotated[int, Meta(description="How often it was begun.", examples=[1])]
    error: Annotated[str | None, Meta(description="Why it failed, for the person to read.")]
    finished_at: Moment | None

    @classmethod
    def of(cls, view: ProgressView) -> Self:
        """Return the wire form of what is known."""
        return cls(
            job_id=view.generation_id,
            state=view.state,
            status=Status.of(view.state),
            stage=view.stage,
            percent=view.percent,
            place=view.place,
            attempt=view.attempt,
            error=view.failure,
            finished_at=view.finished_at,
        )
