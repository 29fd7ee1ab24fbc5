"""Sending by SMTP."""

import asyncio
import logging
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Literal

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from application.errors import ServiceUnavailable
from application.ports.mail import MailRefused
from domain.ids import UserId

STEP_SECONDS = 20.0
"""How long the server may take for one answer."""
TIME_LIMIT = 60.0
"""How long sending one message may take in all; less than `domain.mail.FIRST_PAUSE`."""
PERMANENT = range(500, 600)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """The server that takes our mails, and how it knows us."""

    host: str
    port: int
    tls: Literal["starttls", "implicit", "none"]
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"MailServer({self.host}:{self.port})"


class SmtpMailer:
    """Implements `Mailer` by handing each message to one server, on a connection of its own.

    Certificates are checked against those that the system trusts, or the file that `SSL_CERT_FILE` names. Answers of
    the server are logged by their numbers only: their text may hold the address.
    """

    def __init__(self, server: MailServer) -> None:
        self._server = server

    async def send(self, message: EmailMessage, _user_id: UserId) -> None:
        """Hand the message over; only what the server says of this message or its reader refuses it for ever."""
        try:
            async with asyncio.timeout(TIME_LIMIT), self._connection() as connection:
                await connection.send_message(message)
        except SMTPRecipientsRefused as refused:
            _raise_by_number(max(one.code for one in refused.recipients), refused)
        except SMTPDataError as refused:
            _raise_by_number(refused.code, refused)
        except SMTPNotSupported as error:
            raise MailRefused("The mail server does not take such addresses.") from error
        except SMTPResponseException as error:
            log.warning("the mail server refuses us: %s %d", type(error).__name__, error.code)
            raise ServiceUnavailable("the mail server") from error
        except (SMTPException, OSError, TimeoutError) as error:
            raise ServiceUnavailable("the mail server") from error

    async def erase(self, address: str) -> None:
        """Nothing is kept here."""

    def _connection(self) -> SMTP:
        server = self._server
        return SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password or None,
            use_tls=server.tls == "implicit",
            start_tls=server.tls == "starttls",
            tls_context=None if server.tls == "none" else ssl.create_default_context(),
            timeout=STEP_SECONDS,
        )


def _raise_by_number(code: int, error: SMTPException) -> None:
    if code in PERMANENT:
        raise MailRefused(f"The mail server answered {code}.") from error
    raise ServiceUnavailable("the mail server") from error
