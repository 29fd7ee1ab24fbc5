"""The status of a job on the wire, in responses and in event streams."""

from typing import Annotated, Self

from msgspec import Meta, Struct

from application.ports.faces import Stage
from application.ports.views import ProgressView
from application.requests.watch import Erased
from domain.generation import State
from entrypoints.http.schemas.identifiers import Id, Status
from entrypoints.http.schemas.moments import Moment, WithMoments

JobStage = Annotated[
    str | None,
    Meta(description="What is being done.", examples=["drawing"], extra_json_schema={"enum": [*Stage, None]}),
]
Percent = Annotated[int, Meta(examples=[42], extra_json_schema={"minimum": 0, "maximum": 100})]


class JobStatusResponse(WithMoments, frozen=True, kw_only=True):
    """How far a job is."""

    job_id: Id
    state: State
    status: Status
    stage: JobStage
    percent: Percent
    place: Annotated[int | None, Meta(description="Place in the queue, from 1; null when it does not wait.")]
    attempt: Annotated[int, Meta(description="How many attempts were begun.", examples=[1])]
    error: Annotated[str | None, Meta(description="Why it failed, in a sentence for the user.")]
    finished_at: Moment | None

    @classmethod
    def of(cls, view: ProgressView) -> Self:
        """Return the wire form of a job."""
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


class ErasedResponse(Struct, frozen=True, kw_only=True):
    """The request that was watched is erased."""

    mz_request_id: Id
    message: Annotated[str, Meta(description="A sentence for the user.")] = "This request was erased."

    @classmethod
    def of(cls, erased: Erased) -> Self:
        """Return the wire form of an erasure."""
        return cls(mz_request_id=erased.request_id)
