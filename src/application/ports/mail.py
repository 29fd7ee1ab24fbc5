"""Ports for mails: written for people, and sent."""

from collections.abc import Iterable
from email.message import EmailMessage
from typing import Protocol

from domain.ids import UserId
from domain.mail import Mail


class MailRefused(Exception):
    """A mail that will never be taken; only the log tells of it."""


class MailWriter(Protocol):
    """Writes what a mail says."""

    def write(self, mail: Mail, token: str | None) -> EmailMessage:
        """Return the message in the mail's language; `token` is that of its link, where its kind has one.

        The same mail has the same `Message-ID` each time. Raises `MailRefused` for an address to which none can go.
        """
        ...


class Mailer(Protocol):
    """Sends messages."""

    async def send(self, message: EmailMessage, user_id: UserId) -> None:
        """Send a message to the one address in its `To`, which is that of this user.

        Raises `ServiceUnavailable` where it can be tried again, which may deliver it twice; `MailRefused` where it
        will never be taken. It ends within `domain.mail.FIRST_PAUSE`.
        """
        ...

    async def erase(self, address: str) -> None:
        """Remove what this process keeps of the messages to an address; raises `ServiceUnavailable`."""
        ...


class KeptMails(Protocol):
    """The messages that a process keeps where there is no mail server; raises `ServiceUnavailable`."""

    async def readers(self) -> set[UserId]:
        """Return to which users they are."""
        ...

    async def erase_of(self, user_ids: Iterable[UserId]) -> None:
        """Remove the messages to these users."""
        ...
