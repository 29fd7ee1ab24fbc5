"""Leaving mails in a folder, for a machine without a mail server."""

import asyncio
import hashlib
import logging
import os
import tempfile
from collections.abc import Callable
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar

from adapters.mail.addresses import mailbox
from application.errors import ServiceUnavailable
from application.ports.mail import MailRefused
from domain.ids import ID_LENGTH

T = TypeVar("T")

log = logging.getLogger(__name__)


class FolderMailer:
    """Implements `Mailer` with a file for each message, which mail programs open; only its owner can read it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: EmailMessage) -> None:
        """Write the file, and tell in the log where it is; no reader ever finds half of one."""
        file = await _in_thread(lambda: self._write(message))
        log.info("a mail is in %s", file)

    async def erase(self, address: str) -> None:
        """Remove the files of all messages to the address."""
        await _in_thread(lambda: self._erase(address))

    def _write(self, message: EmailMessage) -> Path:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (reader,) = message["To"].addresses
        moment, mail_id = message["Date"].datetime, message["Message-ID"][1 : ID_LENGTH + 1]
        name = f"{moment:%Y%m%dT%H%M%SZ}-{mail_id}-{_digest(reader)}.eml"
        handle, draft = tempfile.mkstemp(
            dir=self._folder, prefix=f".{_digest(reader)}-"
        )  # for its owner alone
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(message.as_bytes(policy=policy.SMTPUTF8))
            return Path(draft).rename(self._folder / name)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise

    def _erase(self, address: str) -> None:
        try:
            digest = _digest(mailbox(address))
        except MailRefused:  # no message to it was ever written
            return
        for pattern in (f"*-{digest}.eml", f".{digest}-*"):  # the second: what a killed process left
            for file in self._folder.glob(pattern):
                file.unlink(missing_ok=True)


def _digest(reader: Address) -> str:
    """Return what the names of files say of their reader: enough to find them, without reading what they hold."""
    return hashlib.sha256(reader.addr_spec.encode()).hexdigest()[:ID_LENGTH]


async def _in_thread(work: Callable[[], T]) -> T:
    try:
        return await asyncio.to_thread(work)
    except OSError as error:
        log.warning("the folder of mails cannot be used: %s", error.strerror)
        raise ServiceUnavailable("the folder of mails") from error
