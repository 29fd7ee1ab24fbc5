"""Requests for faces on the wire."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from application.ports.views import RequestView
from domain.feedback import FaceKind
from domain.generation import State
from domain.look import HairColour, HairStyle, SkinTone
from domain.retention import Retention
from domain.voice import Gender
from entrypoints.http.caller import Caller
from entrypoints.http.schemas.accounts import Age
from entrypoints.http.schemas.identifiers import Id, Status
from entrypoints.http.schemas.media import MediaUrl
from entrypoints.http.schemas.moments import Moment, WithMoments
from entrypoints.http.schemas.progress import JobStage, Percent


class FaceRequestResponse(WithMoments, frozen=True, kw_only=True):
    """One request, with its newest job and its newest faces."""

    id: Id
    user_id: Annotated[
        str,
        Meta(description="The owner's e-mail address; for a guest an id.", examples=["anna@example.org"]),
    ]
    age: Age
    gender: Gender
    skin_tone: SkinTone | None
    hair_style: HairStyle | None
    hair_colour: HairColour | None
    glasses: bool
    voice_url: Annotated[MediaUrl | None, Meta(description="Null once the recording is erased.")]
    status: Status
    state: State
    stage: JobStage
    percent: Percent
    error: Annotated[str | None, Meta(description="Why its newest job failed, in a sentence for the user.")]
    ata: Annotated[Moment | None, Meta(description="When its newest job ended.")]
    latest_mz_result_id: Id
    voice_image_url: Annotated[
        MediaUrl | None,
        Meta(
            description="Of its newest faces, as all of these: those of an earlier job while the newest one runs or "
            "where it has failed; null while there are none."
        ),
    ]
    voice_loop_url: Annotated[MediaUrl | None, Meta(description="A short silent animated WebP.")]
    condition_image_url: MediaUrl | None
    condition_loop_url: Annotated[MediaUrl | None, Meta(description="A short silent animated WebP.")]
    first: Annotated[FaceKind, Meta(description="The face that a page should show first.")]
    rated: Annotated[bool, Meta(description="Whether the user has rated both of these faces.")]
    created_at: Moment
    updated_at: Moment
    recording_erase_at: Annotated[
        Moment | None,
        Meta(
            description="When the recording is due for erasure; null for never, once it is erased, and while its "
            "newest job has not ended."
        ),
    ]
    faces_erase_at: Annotated[
        Moment | None,
        Meta(
            description="When its newest faces are due for erasure; null for never, while there are none, and while "
            "its newest job has not ended."
        ),
    ]
    erase_at: Annotated[
        Moment | None,
        Meta(
            description="When the request is due for erasure with all that belongs to it; null for never, and while "
            "its newest job has not ended."
        ),
    ]

    @classmethod
    def of(cls, view: RequestView, caller: Caller, retention: Retention) -> "FaceRequestResponse":
        """Return the wire form of one of the caller's requests."""
        due = retention.of_request(view.parts)
        key, links = view.voice_key, caller.links
        voice, condition = view.voice_face, view.condition_face
        return cls(
            id=view.id,
            user_id=caller.email or caller.user_id,
            age=view.person.age,
            gender=view.person.gender,
            skin_tone=view.wishes.skin_tone,
            hair_style=view.wishes.hair_style,
            hair_colour=view.wishes.hair_colour,
            glasses=view.wishes.glasses,
            voice_url=links.recording(key, view.voice_media_type) if key is not None else None,
            status=Status.of(view.state),
            state=view.state,
            stage=view.stage,
            percent=view.percent,
            error=view.failure,
            ata=view.finished_at,
            latest_mz_result_id=view.latest_generation_id,
            voice_image_url=links.face_file(voice.portrait) if voice else None,
            voice_loop_url=links.face_file(voice.loop) if voice else None,
            condition_image_url=links.face_file(condition.portrait) if condition else None,
            condition_loop_url=links.face_file(condition.loop) if condition else None,
            first=view.first,
            rated=view.is_rated,
            created_at=view.created_at,
            updated_at=view.updated_at,
            recording_erase_at=due.recording,
            faces_erase_at=due.faces,
            erase_at=due.all,
        )


class FaceRequestListResponse(Struct, frozen=True, kw_only=True):
    """Requests, newest first: all, or one page."""

    mz_request_list: list[FaceRequestResponse]
    next_cursor: Annotated[
        Id | UnsetType | None,
        Meta(description="Where the next page begins, null on the last page; only if pages were asked for."),
    ] = UNSET

    @classmethod
    def of(
        cls,
        views: Sequence[RequestView],
        caller: Caller,
        retention: Retention,
        next_cursor: str | UnsetType | None = UNSET,
    ) -> "FaceRequestListResponse":
        """Return the wire form of a list."""
        return cls(
            mz_request_list=[FaceRequestResponse.of(view, caller, retention) for view in views],
            next_cursor=next_cursor,
        )


class OneFaceRequestResponse(Struct, frozen=True, kw_only=True):
    """One request."""

    mz_request: FaceRequestResponse
