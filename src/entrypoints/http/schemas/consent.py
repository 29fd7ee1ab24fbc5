"""Notices and consents on the wire."""

from collections.abc import Sequence
from typing import Annotated, Self

from litestar.params import PathParameter, QueryParameter
from msgspec import Meta, Struct

from application.accounts.agree import AgreeCommand
from application.accounts.show_notices import Notice, ShowNotices
from domain.consent import Consent
from domain.ids import ConsentId, UserId
from domain.user import Language
from entrypoints.http.schemas.identifiers import ID_LENGTH, ID_PATTERN, Id
from entrypoints.http.schemas.moments import Moment, WithMoments

NoticeVersion = Annotated[str, Meta(description="Version of the privacy notice.", examples=["2026-12"])]
AgreedVersion = Annotated[
    str,
    Meta(
        description="Version of the privacy notice that the user has read and agrees to; empty if the client "
        "has not asked.",
        examples=["2026-12"],
    ),
]
"""The document names the current version, which alone is accepted."""
VersionPath = Annotated[str, PathParameter(description="Version of a notice.")]
LanguageQuery = Annotated[
    Language | None,
    QueryParameter(
        description="The language of the text; without it, the one that `Accept-Language` prefers."
    ),
]
ConsentIdPath = Annotated[
    ConsentId, PathParameter(pattern=ID_PATTERN, max_length=ID_LENGTH, description="Id of a consent.")
]

ACCOUNT_WITHDRAWN = (
    "This consent is withdrawn. No faces are made unless you have agreed again since then. Nothing is erased by that: "
    "to have your recordings and faces erased, erase the requests or the account."
)
REQUEST_WITHDRAWN = (
    "Your consent for this request is withdrawn: its faces are not made again. Nothing is erased by that: "
    "to have the recording and the faces erased, erase the request."
)


class NoticeListResponse(Struct, frozen=True, kw_only=True):
    """The privacy notices, and what a client must ask its user."""

    current: NoticeVersion
    versions: Annotated[list[NoticeVersion], Meta(description="All of them, the current one first.")]
    languages: list[Language]
    required: Annotated[
        bool,
        Meta(description="Whether signing up and submitting need the current version as `notice_version`."),
    ]
    youngest: Annotated[int, Meta(description="The youngest age in years that is accepted.", examples=[14])]

    @classmethod
    def of(cls, notices: ShowNotices) -> Self:
        """Return the wire form of all notices."""
        policy = notices.policy
        return cls(
            current=policy.current_version,
            versions=notices.versions,
            languages=list(Language),
            required=policy.is_required,
            youngest=policy.youngest,
        )


class NoticeResponse(Struct, frozen=True, kw_only=True):
    """A privacy notice in one language."""

    version: NoticeVersion
    language: Language
    is_current: bool
    text: Annotated[str, Meta(description="In Markdown.")]

    @classmethod
    def of(cls, notice: Notice) -> Self:
        """Return the wire form of a notice."""
        return cls(
            version=notice.version,
            language=notice.language,
            is_current=notice.is_current,
            text=notice.text,
        )


class AgreeRequest(Struct, frozen=True, kw_only=True):
    """The version of the privacy notice that the user has read and agrees to."""

    notice_version: NoticeVersion

    def command(self, user_id: UserId) -> AgreeCommand:
        """Return what the use case takes."""
        return AgreeCommand(user_id=user_id, notice_version=self.notice_version)


class ConsentResponse(WithMoments, frozen=True, kw_only=True):
    """What a user agreed to."""

    id: Id
    mz_request_id: Annotated[
        Id | None, Meta(description="The request that it was given with; null if it is for the account.")
    ]
    notice_version: NoticeVersion | None
    collected_by: Annotated[
        str | None, Meta(description="Who collected the consent of the guardian of a person under 14.")
    ]
    agreed_at: Moment
    withdrawn_at: Moment | None

    @classmethod
    def of(cls, consent: Consent) -> Self:
        """Return the wire form of a consent."""
        return cls(
            id=consent.id,
            mz_request_id=consent.request_id,
            notice_version=consent.notice_version,
            collected_by=consent.collected_by,
            agreed_at=consent.agreed_at,
            withdrawn_at=consent.withdrawn_at,
        )


class ConsentListResponse(Struct, frozen=True, kw_only=True):
    """All that the user agreed to, newest first; withdrawn consents are among them."""

    consents: list[ConsentResponse]

    @classmethod
    def of(cls, consents: Sequence[Consent]) -> Self:
        """Return the wire form of consents."""
        return cls(consents=[ConsentResponse.of(consent) for consent in consents])


class WithdrawnResponse(Struct, frozen=True, kw_only=True):
    """The consent is withdrawn."""

    message: Annotated[str, Meta(description="A sentence for the user: what that means.")]
    consent: ConsentResponse

    @classmethod
    def of(cls, consent: Consent) -> Self:
        """Return the answer for a consent that was withdrawn."""
        message = ACCOUNT_WITHDRAWN if consent.request_id is None else REQUEST_WITHDRAWN
        return cls(message=message, consent=ConsentResponse.of(consent))
