"""Requests for faces on the wire."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from application.ports.views import RequestView
from application.requests.regenerate import RegenerateFacesCommand
from application.requests.submit import SubmitFaceRequestCommand
from domain.face_request import FaceRequest
from domain.feedback import FaceKind
from domain.generation import Generation, State
from domain.ids import RequestId, UserId
from domain.look import NO_WISHES, HairColour, HairStyle, LookWishes, SkinTone
from domain.retention import Retention
from domain.voice import Gender, Person
from entrypoints.http.caller import Caller
from entrypoints.http.schemas.accounts import Age
from entrypoints.http.schemas.consent import AgreedVersion
from entrypoints.http.schemas.identifiers import Id, Status
from entrypoints.http.schemas.moments import Moment, WithMoments
from entrypoints.http.schemas.progress import JobStage, Percent

MediaUrl = Annotated[
    str,
    Meta(
        description="Signed link that needs no token and works for at least half an hour.",
        examples=["https://faces.example.org/api/v1/media/0aX5…"],
        extra_json_schema={"format": "uri"},
    ),
]


class SubmitRequest(Struct, frozen=True, kw_only=True):
    """The stated age and gender, and how the user wants to look; the recording comes beside them, as `file`."""

    age: Age
    gender: Gender
    skin_tone: SkinTone | None = None
    hair_style: HairStyle | None = None
    hair_colour: HairColour | None = None
    glasses: bool = False
    notice_version: AgreedVersion = ""

    def command(self, user_id: UserId, recording: Path) -> SubmitFaceRequestCommand:
        """Return what the use case takes; raises `InvalidValue`."""
        wishes = LookWishes(
            skin_tone=self.skin_tone,
            hair_style=self.hair_style,
            hair_colour=self.hair_colour,
            glasses=self.glasses,
        )
        return SubmitFaceRequestCommand(
            user_id=user_id,
            person=Person(self.age, self.gender),
            voice=recording,
            wishes=wishes,
            notice_version=self.notice_version or None,
        )


class SubmitResponse(Struct, frozen=True, kw_only=True):
    """The request was accepted; it will end in `Success` or `Failed`."""

    mz_request_id: Id
    mz_result_id: Id
    job_id: Id

    @classmethod
    def of(cls, request: FaceRequest) -> "SubmitResponse":
        """Return the answer for a new request."""
        return cls(
            mz_request_id=request.id,
            mz_result_id=request.latest_generation_id,
            job_id=request.latest_generation_id,
        )


class RegenerateRequest(Struct, frozen=True, kw_only=True):
    """How the user wants to look this time; without any of them, as the request says."""

    skin_tone: SkinTone | None = None
    hair_style: HairStyle | None = None
    hair_colour: HairColour | None = None
    glasses: bool | None = None

    def command(self, user_id: UserId, request_id: RequestId) -> RegenerateFacesCommand:
        """Return what the use case takes; wishes replace those of the request wholly."""
        given = LookWishes(
            skin_tone=self.skin_tone,
            hair_style=self.hair_style,
            hair_colour=self.hair_colour,
            glasses=bool(self.glasses),
        )
        has_wishes = given != NO_WISHES or self.glasses is not None
        return RegenerateFacesCommand(
            user_id=user_id, request_id=request_id, wishes=given if has_wishes else None
        )


class RegenerateResponse(Struct, frozen=True, kw_only=True):
    """The request has a new job."""

    mz_request_id: Id
    regenerate_mz_result_id: Id
    job_id: Id

    @classmethod
    def of(cls, generation: Generation) -> "RegenerateResponse":
        """Return the answer for a new job."""
        return cls(
            mz_request_id=generation.request_id, regenerate_mz_result_id=generation.id, job_id=generation.id
        )


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
