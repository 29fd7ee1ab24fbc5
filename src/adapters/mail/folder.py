"""Leaving mails in a folder, for a machine without a mail server."""

import asyncio
import hashlib
import logging
import os
import re
import tempfile
from collections.abc import Callable, Iterable
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar

from adapters.mail.addresses import mailbox
from application.errors import ServiceUnavailable
from application.ports.mail import MailRefused
from domain.ids import ID_LENGTH, UserId

T = TypeVar("T")

_NAME = re.compile(r"[^-]+-[0-9a-f]+-([0-9a-f]+)-[0-9a-f]+\.eml")

log = logging.getLogger(__name__)


class FolderMailer:
    """Implements `Mailer` and `KeptMails` with a file for each message, which only the owner of the folder can read.

    The name of a file says to which user it is, and has a digest of the address.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: EmailMessage, user_id: UserId) -> None:
        """Write the file, and tell in the log where it is; no reader ever finds half of one."""
        file = await _in_thread(lambda: self._write(message, user_id))
        log.info("a mail is in %s", file)

    async def erase(self, address: str) -> None:
        """Remove the files of all messages to the address."""
        await _in_thread(lambda: self._erase(address))

    async def readers(self) -> set[UserId]:
        """Read the names of the files."""
        names = await _in_thread(lambda: [file.name for file in self._folder.glob("*.eml")])
        return {UserId(found[1]) for name in names if (found := _NAME.fullmatch(name))}

    async def erase_of(self, user_ids: Iterable[UserId]) -> None:
        """Remove the files by their names."""
        patterns = [f"*-{user_id}-*.eml" for user_id in user_ids]
        await _in_thread(lambda: self._remove(patterns))

    def _write(self, message: EmailMessage, user_id: UserId) -> Path:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (reader,) = message["To"].addresses
        moment, mail_id = message["Date"].datetime, message["Message-ID"][1 : ID_LENGTH + 1]
        name = f"{moment:%Y%m%dT%H%M%SZ}-{mail_id}-{user_id}-{_digest(reader)}.eml"
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
        self._remove((f"*-{digest}.eml", f".{digest}-*"))  # the second: what a killed process left

    def _remove(self, patterns: Iterable[str]) -> None:
        for pattern in patterns:
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
