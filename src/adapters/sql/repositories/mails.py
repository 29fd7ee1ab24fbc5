"""The mails, as rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.sql.account_mappers import mail_columns, to_mail
from adapters.sql.models import DUE_MAIL_INDEX, MailRow
from adapters.sql.repositories.rows import Rows, write
from domain.ids import MailId
from domain.mail import Mail

_MAILS = cast("Table", MailRow.__table__)
_ADD = insert(_MAILS)
# If MySQL chose to read and sort the whole table, it would lock all the rows that it reads.
_LOCK_DUE = (
    select(_MAILS)
    .with_hint(_MAILS, f"FORCE INDEX ({DUE_MAIL_INDEX})", "mysql")
    .where(_MAILS.c.due_at <= bindparam("now"))
    .order_by(_MAILS.c.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_REMOVE = delete(_MAILS).where(_MAILS.c.id == bindparam("mail_id"))
_REMOVE_TO = delete(_MAILS).where(_MAILS.c.address == bindparam("address"))


class SqlMailRepository:
    """Implements `MailRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._rows = Rows(MailRow, session)

    async def add(self, mail: Mail) -> None:
        """Insert at once."""
        await write(self._session, _ADD, mail_columns(mail))

    async def lock_due(self, now: datetime, limit: int) -> Sequence[Mail]:
        """Select by the index, for update."""
        connection = await self._session.connection()
        return [to_mail(row) for row in await connection.execute(_LOCK_DUE, {"now": now, "most": limit})]

    async def save(self, mail: Mail) -> None:
        """Update by key."""
        await self._rows.save(mail.id, mail_columns(mail))

    async def remove(self, mail_id: MailId) -> bool:
        """Delete by key."""
        return bool(await write(self._session, _REMOVE, {"mail_id": mail_id}))

    async def remove_to(self, address: str) -> int:
        """Delete by address."""
        return await write(self._session, _REMOVE_TO, {"address": address})
