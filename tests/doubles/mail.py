"""Mails in memory."""

from collections.abc import Awaitable, Callable
from email.message import EmailMessage

from application.errors import ServiceUnavailable
from application.ports.mail import MailRefused
from domain.ids import UserId


class MemoryMailer:
    """Implements `Mailer` with a list; a test can take the server away, or make it refuse what it is given."""

    def __init__(self) -> None:
        self.sent: list[EmailMessage] = []
        self.is_away = False
        self.refuses = False
        self.while_sending: Callable[[], Awaitable[object]] | None = None
        """What happens between taking a message and the end of sending it."""

    async def send(self, message: EmailMessage, user_id: UserId) -> None:
        """Keep it."""
        if self.is_away:
            raise ServiceUnavailable("mail")
        if self.refuses:
            raise MailRefused
        self.sent.append(message)
        if self.while_sending is not None:
            await self.while_sending()

    def last_token(self, page: str = "") -> str:
        """Return the token of the link, to this page if one is named, in the last message that has one."""
        return next(token_in(one) for one in reversed(self.sent) if f"{page}#" in plain_text(one))

    async def erase(self, address: str) -> None:
        """Forget what was sent to the address."""
        self.sent = [message for message in self.sent if message["To"] != address]


def plain_text(message: EmailMessage) -> str:
    """Return the plain form of a message."""
    part = message.get_body(("plain",))
    assert part is not None
    content: str = part.get_content()
    return content


def html_text(message: EmailMessage) -> str:
    """Return the HTML form of a message."""
    part = message.get_body(("html",))
    assert part is not None
    content: str = part.get_content()
    return content


def token_in(message: EmailMessage) -> str:
    """Return the token of the link in a message."""
    return plain_text(message).split("#", 1)[1].split()[0]
