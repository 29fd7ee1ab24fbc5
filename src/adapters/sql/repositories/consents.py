"""What users agreed to, as rows."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Table, bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.sql.account_mappers import consent_columns, to_consent
from adapters.sql.models import ConsentRow
from adapters.sql.repositories.rows import Rows, write
from domain.consent import Consent
from domain.ids import ConsentId, RequestId, UserId

_CONSENTS = cast("Table", ConsentRow.__table__)
_ADD = insert(_CONSENTS)
_STANDING = (
    select(_CONSENTS)
    .where(_CONSENTS.c.user_id == bindparam("user_id"), _CONSENTS.c.withdrawn_at.is_(None))
    .order_by(_CONSENTS.c.agreed_at, _CONSENTS.c.id)
)
_OF_ACCOUNT = _STANDING.where(_CONSENTS.c.request_id.is_(None))
_OF_REQUEST = _STANDING.where(_CONSENTS.c.request_id == bindparam("request_id"))


class SqlConsentRepository:
    """Implements `ConsentRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._rows = Rows(ConsentRow, session)

    async def add(self, consent: Consent) -> None:
        """Insert at once."""
        await write(self._session, _ADD, consent_columns(consent))

    async def get(self, user_id: UserId, consent_id: ConsentId) -> Consent | None:
        """Select by key and user."""
        row = await self._rows.find(id=consent_id, user_id=user_id)
        return to_consent(row) if row else None

    async def standing(self, user_id: UserId, request_id: RequestId | None) -> Sequence[Consent]:
        """Select by user."""
        statement = _OF_ACCOUNT if request_id is None else _OF_REQUEST
        parameters = (
            {"user_id": user_id} if request_id is None else {"user_id": user_id, "request_id": request_id}
        )
        rows = await (await self._session.connection()).execute(statement, parameters)
        return [to_consent(row) for row in rows]

    async def save(self, consent: Consent) -> None:
        """Update by key."""
        await self._rows.save(consent.id, consent_columns(consent))
