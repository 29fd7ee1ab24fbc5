"""The links of mails, as rows."""

from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, delete, insert
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.sql.account_mappers import mail_link_columns, to_mail_link
from adapters.sql.models import MailLinkRow
from adapters.sql.repositories.rows import Rows, write
from domain.ids import MailId, UserId
from domain.mail_link import LinkPurpose, MailLink

_LINKS = cast("Table", MailLinkRow.__table__)
_ADD = insert(_LINKS)
_REMOVE = delete(_LINKS).where(_LINKS.c.id == bindparam("link_id"))
_REMOVE_OF = delete(_LINKS).where(
    _LINKS.c.user_id == bindparam("owner_id"), _LINKS.c.purpose == bindparam("wanted")
)
_REMOVE_OLD = delete(_LINKS).where(_LINKS.c.expires_at <= bindparam("now"))


class SqlMailLinkRepository:
    """Implements `MailLinkRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._rows = Rows(MailLinkRow, session)

    async def replace(self, link: MailLink) -> None:
        """Delete the others, and insert at once."""
        await self.remove_of(link.user_id, link.purpose)
        await write(self._session, _ADD, mail_link_columns(link))

    async def remove_of(self, user_id: UserId, purpose: LinkPurpose) -> None:
        """Delete by user and purpose."""
        await write(self._session, _REMOVE_OF, {"owner_id": user_id, "wanted": purpose.value})

    async def find(self, link_id: MailId) -> MailLink | None:
        """Select by key."""
        row = await self._rows.find(id=link_id)
        return to_mail_link(row) if row else None

    async def remove(self, link_id: MailId) -> bool:
        """Delete by key."""
        return bool(await write(self._session, _REMOVE, {"link_id": link_id}))

    async def remove_old(self, now: datetime) -> int:
        """Delete by the index of expiry."""
        return await write(self._session, _REMOVE_OLD, {"now": now})
