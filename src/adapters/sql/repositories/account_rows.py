"""All rows of one user, to be erased at once."""

from typing import cast

from sqlalchemy import Table, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.sql.models import ConsentRow, FaceRequestRow, GenerationRow, SurveyRow, UsageRow, UserRow
from adapters.sql.repositories.rows import write
from application.ports.account_repositories import RemovedRows
from domain.ids import UserId

_SURVEYS, _GENERATIONS, _REQUESTS, _CONSENTS, _USAGES, _USERS = (
    cast("Table", row.__table__)
    for row in (SurveyRow, GenerationRow, FaceRequestRow, ConsentRow, UsageRow, UserRow)
)
_OWN_GENERATIONS = select(_GENERATIONS.c.id).where(_GENERATIONS.c.user_id == bindparam("of_user"))
_REMOVE_SURVEYS = delete(_SURVEYS).where(_SURVEYS.c.generation_id.in_(_OWN_GENERATIONS))
_REMOVE_REQUESTS = delete(_REQUESTS).where(_REQUESTS.c.user_id == bindparam("of_user"))
_REMOVE_USAGES = delete(_USAGES).where(_USAGES.c.user_id == bindparam("of_user"))
_REMOVE_CONSENTS = delete(_CONSENTS).where(_CONSENTS.c.user_id == bindparam("of_user"))
_REMOVE_USER = delete(_USERS).where(_USERS.c.id == bindparam("of_user"))


async def remove_rows_of(session: AsyncSession, user_id: UserId) -> RemovedRows:
    """Delete in few statements, whatever there is; the foreign keys delete generations, sessions, links and the turn.

    What is counted has a statement of its own, since no database says how many rows foreign keys have deleted.
    """
    of_user = {"of_user": user_id}
    surveys = await write(session, _REMOVE_SURVEYS, of_user)
    await write(session, _REMOVE_REQUESTS, of_user)
    await write(session, _REMOVE_USAGES, of_user)
    consents = await write(session, _REMOVE_CONSENTS, of_user)
    await write(session, _REMOVE_USER, of_user)
    return RemovedRows(consents=consents, surveys=surveys)
