"""Ports for what a unit of work reads and writes of accounts; see `application.ports.repositories` for their rules."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.consent import Consent
from domain.ids import ConsentId, MailId, RequestId, SessionId, UserId
from domain.mail import Mail
from domain.mail_link import LinkPurpose, MailLink
from domain.session import EndedSession, Session
from domain.user import User


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedRows:
    """How many rows were erased with a user, of those that no entity was read of."""

    consents: int
    surveys: int


class UserRepository(Protocol):
    """The users."""

    async def add(self, user: User) -> None:
        """Add a user; raises `EmailTaken`, at once and not at commit."""
        ...

    async def get(self, user_id: UserId) -> User | None:
        """Return a user, None if there is none."""
        ...

    async def find(self, email: str) -> User | None:
        """Return the user with this address, which has the form of `domain.user.email_address`."""
        ...

    async def lock(self, user_id: UserId) -> User | None:
        """Return a user, locked."""
        ...

    async def save(self, user: User) -> None:
        """Write the changes of a user who was locked; raises `EmailTaken`, at once and not at commit."""
        ...

    async def remove(self, user: User) -> RemovedRows:
        """Erase a user who was locked, with every row that is the user's.

        The caller has locked the user's requests and generations, and has ended the sessions.
        """
        ...

    async def existing(self, user_ids: Collection[UserId]) -> set[UserId]:
        """Return those of the users who are there."""
        ...

    async def idle(self, since: datetime, limit: int) -> Sequence[UserId]:
        """Return users with an address who have not been here since, and of whom nothing is to be erased yet."""
        ...

    async def came_back(self, since: datetime, limit: int) -> Sequence[UserId]:
        """Return users with an address who have been here since, although they are to be erased."""
        ...

    async def due_for_erasure(self, now: datetime, limit: int) -> Sequence[UserId]:
        """Return users who are to be erased until now, guests or not."""
        ...


class SessionRepository(Protocol):
    """The sessions. They are locked after their user, where a unit of work locks both."""

    async def add(self, session: Session) -> None:
        """Add a session of a user who was locked."""
        ...

    async def lock(self, session_id: SessionId) -> Session | None:
        """Return a session, locked; None if it has ended."""
        ...

    async def lock_of_user(self, user_id: UserId) -> Sequence[Session]:
        """Return the sessions of a user, locked."""
        ...

    async def lock_oldest(self, user_id: UserId, *, keep: int) -> Sequence[Session]:
        """Return those of a user's sessions that were used longest ago, locked: all but `keep`, some at a time."""
        ...

    async def save(self, session: Session) -> None:
        """Write the changes of a session that was locked."""
        ...

    async def end(self, ended: Iterable[EndedSession]) -> None:
        """Remove sessions that were locked, and remember until `forget_at` that they have ended."""
        ...

    async def remove_old(self, now: datetime) -> int:
        """Remove the sessions that have expired and the ended ones to be forgotten; return how many."""
        ...


class MailRepository(Protocol):
    """The mails that are to be sent. They are locked after their user, where a unit of work locks both."""

    async def add(self, mail: Mail) -> None:
        """Add a mail."""
        ...

    async def lock_due(self, now: datetime, limit: int) -> Sequence[Mail]:
        """Return mails that are due, at most `limit`, and lock them; skips those that are locked."""
        ...

    async def save(self, mail: Mail) -> None:
        """Write the changes of a mail that was locked."""
        ...

    async def remove(self, mail_id: MailId) -> bool:
        """Remove a mail, and tell whether it was still there."""
        ...

    async def remove_to(self, address: str) -> int:
        """Remove all mails to an address; return how many."""
        ...


class ConsentRepository(Protocol):
    """What users agreed to. A unit of work that uses it locks the user first."""

    async def add(self, consent: Consent) -> None:
        """Add a consent of a user who was locked."""
        ...

    async def get(self, user_id: UserId, consent_id: ConsentId) -> Consent | None:
        """Return the user's own consent; None for one of another user."""
        ...

    async def standing(self, user_id: UserId, request_id: RequestId | None) -> Sequence[Consent]:
        """Return the consents for a request, or for the account, that were not withdrawn, oldest first."""
        ...

    async def save(self, consent: Consent) -> None:
        """Write the changes of a consent."""
        ...


class MailLinkRepository(Protocol):
    """The links of mails that were not used yet. They are locked after their user."""

    async def replace(self, link: MailLink) -> None:
        """Add a link of a user who was locked; it takes the place of the user's other links for its purpose."""
        ...

    async def remove_of(self, user_id: UserId, purpose: LinkPurpose) -> None:
        """Remove the links for a purpose of a user who was locked."""
        ...

    async def find(self, link_id: MailId) -> MailLink | None:
        """Return a link, without locking it: it tells which user to lock first."""
        ...

    async def remove(self, link_id: MailId) -> bool:
        """Remove a link of a user who was locked, and tell whether it was still there."""
        ...

    async def remove_old(self, now: datetime) -> int:
        """Remove the links that have expired; return how many."""
        ...
