"""What an export tells of an account, beside its requests."""

from typing import Annotated, Self

from msgspec import Meta, convert

from application.ports.account_data import ConsentView, CountedGeneration, MailLinkView
from domain.mail import Mail, MailKind
from domain.session import Session
from domain.user import Language, User
from domain.voice import Gender
from entrypoints.http.schemas.moments import Moment, WithMoments


class ExportedAccount(WithMoments, frozen=True, kw_only=True):
    """The account."""

    id: str
    email: Annotated[str | None, Meta(description="Null for a guest.")]
    age: Annotated[int, Meta(description="In years, as stated at sign-up.")]
    gender: Gender
    language: Language
    created_at: Moment
    last_seen_at: Moment
    confirmed_at: Annotated[Moment | None, Meta(description="When the e-mail address was confirmed.")]
    erase_at: Annotated[Moment | None, Meta(description="When the account is due for erasure.")]

    @classmethod
    def of(cls, user: User) -> Self:
        """Return the entry of a user."""
        return cls(
            id=user.id,
            email=user.email,
            age=user.person.age,
            gender=user.person.gender,
            language=user.language,
            created_at=user.created_at,
            last_seen_at=user.last_seen_at,
            confirmed_at=user.confirmed_at,
            erase_at=user.erase_at,
        )


class ExportedSession(WithMoments, frozen=True, kw_only=True):
    """A session that has not ended."""

    id: str
    device: Annotated[str, Meta(examples=["Firefox on Linux"])]
    address: Annotated[str | None, Meta(description="The client address at the login, as far as it is kept.")]
    created_at: Moment
    last_used_at: Moment
    expires_at: Moment
    refreshes: Annotated[int | None, Meta(description="How often it was refreshed; null if it cannot be.")]

    @classmethod
    def of(cls, session: Session) -> Self:
        """Return the entry of a session."""
        return cls(
            id=session.id,
            device=session.device.name,
            address=session.device.address,
            created_at=session.created_at,
            last_used_at=session.last_used_at,
            expires_at=session.expires_at,
            refreshes=session.refreshes,
        )


class ExportedConsent(WithMoments, frozen=True, kw_only=True):
    """A consent."""

    request_id: Annotated[str | None, Meta(description="Null for a consent that was given for the account.")]
    notice_version: str | None
    collected_by: Annotated[str | None, Meta(description="Who collected a guardian's consent.")]
    agreed_at: Moment
    withdrawn_at: Moment | None

    @classmethod
    def of(cls, consent: ConsentView) -> Self:
        """Return the entry of a consent."""
        return convert(consent, cls, from_attributes=True)


class ExportedUsage(WithMoments, frozen=True, kw_only=True):
    """A result as it counts for the daily quotas; the request may be erased."""

    result_id: str
    queued_at: Moment
    ended_at: Moment | None
    drawn_seconds: float

    @classmethod
    def of(cls, usage: CountedGeneration) -> Self:
        """Return the entry of a usage."""
        return cls(
            result_id=usage.generation_id,
            queued_at=usage.queued_at,
            ended_at=usage.ended_at,
            drawn_seconds=usage.drawn_seconds,
        )


class ExportedMail(WithMoments, frozen=True, kw_only=True):
    """A mail that is waiting to be sent."""

    kind: MailKind
    address: str
    language: Language
    facts: dict[str, str]
    created_at: Moment
    due_at: Moment
    tries: int

    @classmethod
    def of(cls, mail: Mail) -> Self:
        """Return the entry of a mail."""
        return convert(mail, cls, from_attributes=True)


class ExportedMailLink(WithMoments, frozen=True, kw_only=True):
    """A link of a mail that was not used yet; the link itself is not told."""

    purpose: str
    address: str
    expires_at: Moment

    @classmethod
    def of(cls, link: MailLinkView) -> Self:
        """Return the entry of a link."""
        return convert(link, cls, from_attributes=True)
