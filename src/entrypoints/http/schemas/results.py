"""Results on the wire."""

from typing import Annotated, Self

from msgspec import Meta, Struct

from application.ports.views import ResultView
from domain.errors import FacesErased
from domain.feedback import FaceKind
from domain.generation import State
from domain.look import HairColour, HairStyle, SkinTone
from domain.retention import Retention
from entrypoints.composition.media_links import MediaLinks
from entrypoints.http.schemas.acoustics import AcousticsResponse, UsualResponse
from entrypoints.http.schemas.feedback import RatingsResponse, Stars
from entrypoints.http.schemas.identifiers import Id, Status
from entrypoints.http.schemas.media import MediaUrl
from entrypoints.http.schemas.moments import Moment, WithMoments


class FaceResultResponse(WithMoments, frozen=True, kw_only=True):
    """Two faces: the voice face, and as its control the condition face, of a made-up voice of that age and gender."""

    id: Id
    mz_request_id: Id
    condition_image_url: MediaUrl | None
    condition_gif_url: Annotated[MediaUrl | None, Meta(description="A video in MP4, in spite of the name.")]
    voice_image_url: MediaUrl | None
    voice_gif_url: Annotated[MediaUrl | None, Meta(description="A video in MP4, in spite of the name.")]
    condition_loop_url: Annotated[MediaUrl | None, Meta(description="A short silent animated WebP.")]
    voice_loop_url: Annotated[MediaUrl | None, Meta(description="A short silent animated WebP.")]
    first: Annotated[
        FaceKind,
        Meta(description="The face to show first: by chance for each result, and the same at each call."),
    ]
    condition_image_rating: Stars | None
    voice_image_rating: Stars | None
    ratings: RatingsResponse
    skin_tone: Annotated[
        SkinTone | None, Meta(description="The wishes that it was made with: null for no wish.")
    ]
    hair_style: HairStyle | None
    hair_colour: HairColour | None
    glasses: bool
    created_at: Moment
    updated_at: Annotated[
        Moment | None, Meta(description="Null until the user rates a face or answers the survey.")
    ]
    survey: Annotated[
        int, Meta(description="1 once the survey is answered.", extra_json_schema={"enum": [0, 1]})
    ]
    status: Status
    error: Annotated[str | None, Meta(description="Why it failed, in a sentence for the user.")]
    note: Annotated[str | None, Meta(description="What the result lacks, such as a video, or erased faces.")]
    acoustics: AcousticsResponse | None
    usual: UsualResponse | None
    faces_erase_at: Annotated[
        Moment | None,
        Meta(description="When these faces are due for erasure; null for never, and where there are none."),
    ]

    @classmethod
    def of(cls, view: ResultView, links: MediaLinks, retention: Retention) -> Self:
        """Return the wire form of a result, finished or not."""
        faces = view.faces
        return cls(
            id=view.id,
            mz_request_id=view.request_id,
            condition_image_url=links.face_file(faces.condition.portrait) if faces else None,
            condition_gif_url=links.face_file(faces.condition.video) if faces else None,
            voice_image_url=links.face_file(faces.voice.portrait) if faces else None,
            voice_gif_url=links.face_file(faces.voice.video) if faces else None,
            condition_loop_url=links.face_file(faces.condition.loop) if faces else None,
            voice_loop_url=links.face_file(faces.voice.loop) if faces else None,
            first=view.first,
            condition_image_rating=view.condition_rating.stars if view.condition_rating else None,
            voice_image_rating=view.voice_rating.stars if view.voice_rating else None,
            ratings=RatingsResponse.of(view),
            skin_tone=view.wishes.skin_tone,
            hair_style=view.wishes.hair_style,
            hair_colour=view.wishes.hair_colour,
            glasses=view.wishes.glasses,
            created_at=view.created_at,
            updated_at=view.feedback_at,
            survey=int(view.surveyed),
            status=Status.of(view.state),
            error=view.failure,
            note=_note_of(view),
            acoustics=AcousticsResponse.of(faces),
            usual=UsualResponse.of(faces),
            faces_erase_at=retention.of_faces(view.finished_at) if faces else None,
        )


def _note_of(view: ResultView) -> str | None:
    if view.faces is not None:
        return view.faces.note
    return str(FacesErased()) if view.state is State.SUCCEEDED else None


class OneFaceResultResponse(Struct, frozen=True, kw_only=True):
    """One result."""

    mz_result: FaceResultResponse


class FaceResultListResponse(Struct, frozen=True, kw_only=True):
    """All results of one request, newest first; those that have failed or are not finished are among them."""

    mz_result_list: list[FaceResultResponse]


class JobOutcomeResponse(Struct, frozen=True, kw_only=True):
    """How a job ended; there is no result unless it succeeded."""

    job_id: Id
    state: State
    status: Status
    error: str | None
    mz_result: FaceResultResponse | None

    @classmethod
    def of(cls, view: ResultView, links: MediaLinks, retention: Retention) -> Self:
        """Return the wire form of an outcome."""
        has_result = view.state is State.SUCCEEDED
        return cls(
            job_id=view.id,
            state=view.state,
            status=Status.of(view.state),
            error=view.failure,
            mz_result=FaceResultResponse.of(view, links, retention) if has_result else None,
        )
