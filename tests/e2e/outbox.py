"""The mails that a running service has left in its folder."""

import time
from email import message_from_bytes, policy
from email.message import EmailMessage

from doubles.mail import plain_text
from e2e.service import Service

SECONDS = 30


def mails_of(service: Service) -> list[EmailMessage]:
    """Return all mails, oldest first."""
    files = sorted((service.data / "outbox").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    return [message_from_bytes(file.read_bytes(), policy=policy.SMTPUTF8) for file in files]


def wait_for_mail(service: Service, number: int) -> EmailMessage:
    """Wait until there are so many mails, and return the newest."""
    deadline = time.monotonic() + SECONDS
    while len(found := mails_of(service)) < number:
        assert time.monotonic() < deadline, f"{len(found)} mails, not {number}"
        time.sleep(0.1)
    assert len(found) == number
    return found[-1]


def link_in(message: EmailMessage) -> str:
    """Return the link in a mail."""
    return next(line for line in plain_text(message).splitlines() if line.startswith("http"))
