"""Leaving mails in a folder, for a machine without a mail server."""

import asyncio
import logging
import os
import tempfile
from collections.abc import Callable, Collection
from contextlib import suppress
from email import policy
from email.headerregistry import Address, AddressHeader
from email.message import EmailMessage
from email.parser import HeaderParser
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
        name = f"{message['Date'].datetime:%Y%m%dT%H%M%SZ}-{message['Message-ID'][1 : ID_LENGTH + 1]}.eml"
        handle, draft = tempfile.mkstemp(dir=self._folder, prefix=".")  # for its owner alone
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(message.as_bytes(policy=policy.SMTPUTF8))
            return Path(draft).rename(self._folder / name)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise

    def _erase(self, address: str) -> None:
        try:
            wanted = mailbox(address)
        except MailRefused:  # no message to it was ever written
            return
        files = self._folder.iterdir() if self._folder.exists() else ()
        for file in files:  # also what a process that was killed had not given its name yet
            with suppress(FileNotFoundError):  # another process erases it, too
                if file.is_file() and wanted in _addressees(file.read_bytes()):
                    file.unlink()


def _addressees(content: bytes) -> Collection[Address]:
    """Return whom a message is to; read as text, since from bytes Python takes only ASCII."""
    parser = HeaderParser(policy=policy.SMTPUTF8)
    try:
        header: AddressHeader | None = parser.parsestr(content.decode(errors="replace"), headersonly=True)[
            "To"
        ]
    except (
        IndexError
    ):  # Python's parser breaks on what is no address: no message of ours that was written to its end
        return ()
    return header.addresses if header else ()


async def _in_thread(work: Callable[[], T]) -> T:
    try:
        return await asyncio.to_thread(work)
    except OSError as error:
        log.warning("the folder of mails cannot be used: %s", error.strerror)
        raise ServiceUnavailable("the folder of mails") from error
