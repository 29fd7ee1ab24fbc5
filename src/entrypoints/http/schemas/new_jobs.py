"""What begins a job: a recording that is sent, or faces that are made again."""

from pathlib import Path

from msgspec import Struct

from application.requests.regenerate import RegenerateFacesCommand
from application.requests.submit import SubmitFaceRequestCommand
from domain.face_request import FaceRequest
from domain.generation import Generation
from domain.ids import RequestId, UserId
from domain.look import NO_WISHES, HairColour, HairStyle, LookWishes, SkinTone
from domain.voice import Gender, Person
from entrypoints.http.schemas.accounts import Age
from entrypoints.http.schemas.consent import AgreedVersion
from entrypoints.http.schemas.identifiers import Id


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
