"""The links of mails in memory, on one transaction."""

from datetime import datetime

from domain.ids import MailId, UserId
from domain.mail_link import LinkPurpose, MailLink
from doubles.memory.pausing import pausing
from doubles.memory.transaction import Transaction


class MemoryMailLinkRepository:
    """Implements `MailLinkRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def replace(self, link: MailLink) -> None:
        """Remove the others, and add it; its user must be locked."""
        await self.remove_of(link.user_id, link.purpose)
        self._transaction.mail_links.put(link.id, link)

    async def remove_of(self, user_id: UserId, purpose: LinkPurpose) -> None:
        """Search all; the user must be locked."""
        self._transaction.require_lock(user_id)
        for link in list(self._transaction.mail_links.all()):
            if (link.user_id, link.purpose) == (user_id, purpose):
                self._transaction.mail_links.remove(link.id)

    @pausing
    async def find(self, link_id: MailId) -> MailLink | None:
        """Look it up."""
        return self._transaction.mail_links.get(link_id)

    async def remove(self, link_id: MailId) -> bool:
        """Remove it; its user must be locked."""
        link = self._transaction.mail_links.get(link_id)
        if link is not None:
            self._transaction.require_lock(link.user_id)
            self._transaction.mail_links.remove(link_id)
        return link is not None

    @pausing
    async def remove_old(self, now: datetime) -> int:
        """Search all."""
        expired = [one.id for one in self._transaction.mail_links.all() if one.expires_at <= now]
        for key in expired:
            self._transaction.mail_links.remove(key)
        return len(expired)
