"""The port for all that the database holds of one user."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.face_request import FaceRequest
from domain.feedback import Survey
from domain.generation import Generation
from domain.ids import GenerationId, RequestId, UserId
from domain.mail import Mail
from domain.session import Session
from domain.user import User


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentView:
    """What the user agreed to, and when."""

    request_id: RequestId | None
    """The request that it was given with; None where it was given for the account."""
    notice_version: str | None
    collected_by: str | None
    """Who collected a guardian's consent; None where the user agreed."""
    agreed_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedGeneration:
    """A generation as it counts for the daily quotas, also after its request was erased."""

    generation_id: GenerationId
    queued_at: datetime
    ended_at: datetime | None
    drawn_seconds: float
    """Until it has ended: what it may draw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLinkView:
    """A link of a mail that was not used yet, without what would make it usable."""

    purpose: str
    address: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRecords:
    """All rows of one user, oldest first."""

    user: User
    sessions: Sequence[Session]
    consents: Sequence[ConsentView]
    requests: Sequence[FaceRequest]
    generations: Sequence[Generation]
    """Those of the requests, and no others."""
    surveys: Sequence[Survey]
    usages: Sequence[CountedGeneration]
    mails: Sequence[Mail]
    mail_links: Sequence[MailLinkView]


class AccountData(Protocol):
    """Reads without locks and outside any unit of work."""

    async def of(self, user_id: UserId) -> AccountRecords | None:
        """Return all rows of a user, read in one statement a table; None if there is no such account.

        A request that is submitted or erased meanwhile may be left out; one that is there has its generations. Raises
        `ServiceUnavailable`.
        """
        ...
