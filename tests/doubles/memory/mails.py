"""The mails in memory, on one transaction."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from domain.ids import MailId
from domain.mail import Mail
from doubles.memory.pausing import pausing
from doubles.memory.transaction import Transaction


class MemoryMailRepository:
    """Implements `MailRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, mail: Mail) -> None:
        """Add a mail."""
        await self._transaction.lock(mail.id)
        self._transaction.mails.put(mail.id, mail)

    @pausing
    async def lock_due(self, now: datetime, limit: int) -> Sequence[Mail]:
        """Search all, skipping what is locked."""
        due = sorted((one.due_at, one.id, one) for one in self._transaction.mails.all() if one.due_at <= now)
        free = (one for _, mail_id, one in due if self._transaction.lock_if_free(mail_id))
        return list(islice(free, limit))

    async def save(self, mail: Mail) -> None:
        """Replace it; it must be locked."""
        self._transaction.require_lock(mail.id)
        self._transaction.mails.put(mail.id, mail)

    async def remove(self, mail_id: MailId) -> None:
        """Remove it."""
        await self._transaction.lock(mail_id)
        self._transaction.mails.remove(mail_id)

    async def remove_to(self, address: str) -> int:
        """Search all."""
        found = [mail.id for mail in self._transaction.mails.all() if mail.address == address]
        for mail_id in found:
            await self.remove(mail_id)
        return len(found)
