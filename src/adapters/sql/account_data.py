"""All rows of one user, from the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.sql.account_mappers import to_consent, to_mail, to_session, to_user
from adapters.sql.failures import waiting_for_a_connection
from adapters.sql.generation_mappers import to_generation
from adapters.sql.mappers import AnyRow, to_request, to_survey
from adapters.sql.models import (
    ConsentRow,
    FaceRequestRow,
    GenerationRow,
    MailLinkRow,
    MailRow,
    SessionRow,
    SurveyRow,
    UsageRow,
    UserRow,
)
from application.ports.account_data import AccountRecords, CountedGeneration, MailLinkView
from domain.ids import GenerationId, UserId

_user, _session, _consent = UserRow.__table__.c, SessionRow.__table__.c, ConsentRow.__table__.c
_request, _generation, _survey = FaceRequestRow.__table__.c, GenerationRow.__table__.c, SurveyRow.__table__.c
_usage, _mail, _link = UsageRow.__table__.c, MailRow.__table__.c, MailLinkRow.__table__.c
_OWNER: BindParameter[Any] = bindparam("user_id")
_OWN_REQUESTS = select(_request.id).where(_request.user_id == _OWNER)
_OWN_GENERATIONS = select(_generation.id).where(_generation.request_id.in_(_OWN_REQUESTS))

USER = select(UserRow.__table__).where(_user.id == _OWNER)
SESSIONS = select(SessionRow.__table__).where(_session.user_id == _OWNER).order_by(_session.id)
CONSENTS = select(ConsentRow.__table__).where(_consent.user_id == _OWNER).order_by(_consent.id)
REQUESTS = select(FaceRequestRow.__table__).where(_request.user_id == _OWNER).order_by(_request.id)
GENERATIONS = (
    select(GenerationRow.__table__)
    .where(_generation.request_id.in_(_OWN_REQUESTS))
    .order_by(_generation.request_id, _generation.id)
)
SURVEYS = select(SurveyRow.__table__).where(_survey.generation_id.in_(_OWN_GENERATIONS)).order_by(_survey.id)
USAGES = select(UsageRow.__table__).where(_usage.user_id == _OWNER).order_by(_usage.generation_id)
MAILS = (
    select(MailRow.__table__)
    .where(_mail.address == select(_user.email).where(_user.id == _OWNER).scalar_subquery())
    .order_by(_mail.id)
)
MAIL_LINKS = select(MailLinkRow.__table__).where(_link.user_id == _OWNER).order_by(_link.id)


class SqlAccountData:
    """Implements `AccountData` on an engine from `create_reading_engine`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def of(self, user_id: UserId) -> AccountRecords | None:
        """Select from each table, the user last: what was read of an erased account is not the whole."""
        with waiting_for_a_connection():
            async with self._engine.connect() as connection:
                read = _Reading(connection, user_id)
                sessions, consents = await read(SESSIONS), await read(CONSENTS)
                requests, generations = await read(REQUESTS), await read(GENERATIONS)
                surveys, usages = await read(SURVEYS), await read(USAGES)
                mails, links = await read(MAILS), await read(MAIL_LINKS)
                users = await read(USER)
        if not users:
            return None
        complete = {row.id for row in requests} & {row.request_id for row in generations}
        return AccountRecords(
            user=to_user(users[0]),
            sessions=[to_session(row) for row in sessions],
            consents=[to_consent(row) for row in consents],
            requests=[to_request(row) for row in requests if row.id in complete],
            generations=[to_generation(row) for row in generations if row.request_id in complete],
            surveys=[to_survey(row) for row in surveys],
            usages=[_to_counted(row) for row in usages],
            mails=[to_mail(row) for row in mails],
            mail_links=[_to_link(row) for row in links],
        )


class _Reading:
    """Reads the rows of one user on one connection."""

    def __init__(self, connection: AsyncConnection, user_id: UserId) -> None:
        self._connection = connection
        self._user_id = user_id

    async def __call__(self, statement: Select[*tuple[Any, ...]]) -> Sequence[AnyRow]:
        return (await self._connection.execute(statement, {"user_id": self._user_id})).all()


def _to_counted(row: AnyRow) -> CountedGeneration:
    return CountedGeneration(
        generation_id=GenerationId(row.generation_id),
        queued_at=row.queued_at,
        ended_at=row.ended_at,
        drawn_seconds=row.drawn_seconds,
    )


def _to_link(row: AnyRow) -> MailLinkView:
    return MailLinkView(purpose=row.purpose, address=row.address, expires_at=row.expires_at)
