"""Shared faces on the wire."""

from typing import Annotated, Self

from msgspec import Meta

from application.sharing.open_share import OpenedShare
from application.sharing.share_face import SharedFace
from domain.user import Language
from entrypoints.composition.media_links import MediaLinks
from entrypoints.http.schemas.media import MediaUrl
from entrypoints.http.schemas.moments import Moment, WithMoments

LABELS = {
    Language.ENGLISH: "This face was drawn by a computer from the sound of a voice. It is a made-up character, not a "
    "picture of the person who speaks.",
    Language.KOREAN: "이 얼굴은 컴퓨터가 목소리를 바탕으로 그린 것입니다. "
    "가상의 인물이며, 말하는 사람의 실제 모습이 아닙니다.",
}
"""What all who see a shared face are told."""

EndsAt = Annotated[
    Moment,
    Meta(
        description="When the link ends; it ends earlier when the face, the request or the account is erased."
    ),
]


class ShareResponse(WithMoments, frozen=True, kw_only=True):
    """A link to a page that shows the voice face to all who have the link."""

    url: Annotated[
        str,
        Meta(
            description="The token stands behind `#`, so that the page's server does not see it.",
            examples=["https://faces.example.org/shared#kX3…"],
            extra_json_schema={"format": "uri"},
        ),
    ]
    expires_at: EndsAt

    @classmethod
    def of(cls, shared: SharedFace, links: MediaLinks) -> Self:
        """Return the answer for a face that was shared."""
        return cls(url=links.shared_page(shared.token), expires_at=shared.expires_at)


class SharedFaceResponse(WithMoments, frozen=True, kw_only=True):
    """A voice face that its user has shared."""

    voice_image_url: MediaUrl
    voice_gif_url: Annotated[MediaUrl | None, Meta(description="A video in MP4, in spite of the name.")]
    label: Annotated[
        str, Meta(description="A sentence to show with it: that it is a made-up character and no likeness.")
    ]
    language: Annotated[Language, Meta(description="The language of the label.")]
    expires_at: EndsAt

    @classmethod
    def of(cls, opened: OpenedShare, links: MediaLinks, language: Language) -> Self:
        """Return the wire form of a shared face."""
        return cls(
            voice_image_url=links.file(opened.portrait),
            voice_gif_url=links.face_file(opened.video),
            label=LABELS[language],
            language=language,
            expires_at=opened.expires_at,
        )
