"""A real SMTP server (aiosmtpd) on this machine: with TLS by a certificate of its own authority, and a login."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

from adapters.mail.smtp import MailServer
from real_servers.ports import free_port

USER, PASSWORD = "voice2face", "the password of the mail server"
HOST = "localhost"

Tls = Literal["starttls", "implicit", "none"]


@dataclass
class Inbox:
    """Takes what the server is given; a test can have it answer the next steps otherwise."""

    received: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    answer_to_recipient: str = "250 OK"
    answer_to_data: str = "250 OK"

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        """Answer to the address of a reader."""
        envelope.rcpt_tos.append(address)
        return self.answer_to_recipient

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        """Answer to a message."""
        if self.answer_to_data.startswith("2"):
            self.envelopes.append(envelope)
            content = envelope.original_content or b""
            self.received.append(message_from_bytes(content, policy=policy.SMTPUTF8))
        return self.answer_to_data


@dataclass(frozen=True)
class RunningServer:
    """A server that runs, and how to reach it."""

    inbox: Inbox
    port: int
    tls: Tls
    authority: Path
    """The certificate of its authority, which `SSL_CERT_FILE` can name."""
    stop: Callable[[], object]

    def as_known(self, *, password: str = PASSWORD, tls: Tls | None = None, host: str = HOST) -> MailServer:
        """Return the server as an operator would describe it."""
        return MailServer(host=host, port=self.port, tls=tls or self.tls, user=USER, password=password)


@contextmanager
def smtp_server(folder: Path, tls: Tls = "starttls", *, has_smtputf8: bool = True) -> Iterator[RunningServer]:
    """Run a server that takes mails only after a login, and the login only on an encrypted connection."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "authority.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)

    def check(
        _server: SMTP, _session: Any, _envelope: Envelope, _mechanism: str, given: object
    ) -> AuthResult:
        is_right = given == LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=is_right, handled=is_right)

    inbox, port = Inbox(), free_port()
    controller = Controller(
        inbox,
        hostname="127.0.0.1",
        port=port,
        ssl_context=context if tls == "implicit" else None,
        tls_context=context if tls == "starttls" else None,
        require_starttls=tls == "starttls",
        auth_required=True,
        auth_require_tls=tls == "starttls",
        authenticator=check,
        enable_SMTPUTF8=has_smtputf8,
    )
    controller.start()
    try:
        yield RunningServer(inbox, port, tls, folder / "authority.pem", controller.stop)
    finally:
        with suppress(AssertionError):  # a test has stopped it
            controller.stop()
