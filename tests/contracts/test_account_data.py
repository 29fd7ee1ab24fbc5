"""What every `AccountData` promises."""

from dataclasses import fields
from datetime import timedelta

import pytest
from sqlalchemy import insert

from adapters.sql.models import ConsentRow, MailLinkRow
from application.ports.account_data import MailLinkView
from application.requests.count_generation import count_generation
from databases.database import Database
from databases.examples import (
    MINUTE,
    NOON,
    QUOTAS,
    RATING,
    failed,
    finished,
    new_request,
    same,
    saved,
    stored_user,
    submitted,
)
from databases.statements import recorded_statements
from domain.feedback import FaceKind, Survey
from domain.ids import UserId, new_id
from domain.mail import Mail, MailKind
from domain.session import Device, Session, SessionLifetimes
from domain.user import Language, User

on_databases = pytest.mark.parametrize("database_url", ["sqlite", "mysql"], indirect=True)

LIFETIMES = SessionLifetimes(token=timedelta(hours=1), access=MINUTE, unused=timedelta(days=30))
OPINION = "얼굴이 저와 닮았어요 🎬"


async def fill(database: Database, user: User) -> None:
    """Give a user a request that was made again, a failed one, a queued one, a session and a mail."""
    assert user.email is not None
    request, generation = await submitted(database, user)
    await finished(database, generation)
    generation.rate(FaceKind.VOICE, RATING, NOON + MINUTE)
    await saved(database, generation)
    async with database.unit_of_work() as uow:
        locked = await uow.requests.lock(user.id, request.id)
        assert locked is not None
        await uow.generations.lock(generation.id)
        await uow.surveys.save(Survey.answer(generation.id, {"opinion": OPINION}, NOON))
        await uow.generations.add(again := locked.regenerate(generation, NOON + MINUTE))
        await uow.requests.save(locked)
        await uow.commit()
    await failed(database, again, NOON + 2 * MINUTE)
    async with database.unit_of_work() as uow:
        await uow.users.lock(user.id)
        queued, first = new_request(user)
        await count_generation(uow, QUOTAS, user.id, first, opens=True)
        await uow.requests.add(queued)
        await uow.generations.add(first)
        await uow.sessions.add(
            Session.begin(user.id, Device(name="Firefox", address=None), LIFETIMES, NOON, refreshed=True)
        )
        await uow.mails.add(Mail.write(MailKind.CONFIRM_ADDRESS, user.email, Language.KOREAN, NOON))
        await uow.commit()


async def test_all_rows_of_a_user_are_read_and_none_of_another_user(database: Database) -> None:
    ann, ben = await stored_user(database), await stored_user(database)
    await fill(database, ann)
    await fill(database, ben)
    records = await database.account_data.of(ann.id)
    assert records is not None
    assert vars(records.user) == vars(ann)
    assert [one.user_id for one in records.sessions] == [ann.id]
    assert [one.user_id for one in records.requests] == [ann.id] * 2
    assert {one.request_id for one in records.generations} == {one.id for one in records.requests}
    assert [one.user_id for one in records.generations] == [ann.id] * 3
    done, again, queued = records.generations
    assert (done.voice_rating, again.failure, queued.state) == (RATING, "Es ging nicht.", "queued")
    (survey,) = records.surveys
    assert (survey.generation_id, survey.answers) == (done.id, {"opinion": OPINION})
    assert [one.generation_id for one in records.usages] == [queued.id]
    assert (records.usages[0].queued_at, records.usages[0].ended_at) == (NOON, None)
    assert [(one.address, one.language) for one in records.mails] == [(ann.email, Language.KOREAN)]


async def test_requests_and_generations_are_as_they_were_saved_oldest_first(database: Database) -> None:
    user = await stored_user(database)
    requests = [await submitted(database, user) for _ in range(3)]
    records = await database.account_data.of(user.id)
    assert records is not None
    assert [vars(one) for one in records.requests] == [vars(request) for request, _ in requests]
    assert all(
        same(one, generation) for one, (_, generation) in zip(records.generations, requests, strict=True)
    )


async def test_a_new_account_has_only_its_user_and_an_unknown_one_nothing(database: Database) -> None:
    user = await stored_user(database)
    records = await database.account_data.of(user.id)
    assert records is not None
    assert vars(records.user) == vars(user)
    assert not any(getattr(records, field.name) for field in fields(records) if field.name != "user")
    assert await database.account_data.of(UserId("unknown")) is None


@on_databases
async def test_consents_and_links_of_mails_are_the_user_s_own(database: Database) -> None:
    ann, ben = await stored_user(database), await stored_user(database)
    async with database.engines[0].begin() as connection:
        for user in (ann, ben):
            owned: dict[str, object] = {"id": new_id(), "user_id": user.id}
            row = {"notice_version": "2026-11-01", "agreed_at": NOON, "withdrawn_at": NOON + MINUTE}
            link = {"purpose": "reset", "address": user.email, "expires_at": NOON}
            await connection.execute(insert(ConsentRow).values(owned | row))
            await connection.execute(insert(MailLinkRow).values(owned | link))
    records = await database.account_data.of(ann.id)
    assert records is not None
    (consent,) = records.consents
    assert (consent.user_id, consent.notice_version) == (ann.id, "2026-11-01")
    assert (consent.agreed_at, consent.withdrawn_at) == (NOON, NOON + MINUTE)
    assert records.mail_links == [MailLinkView(purpose="reset", address=ann.email or "", expires_at=NOON)]


@on_databases
@pytest.mark.parametrize("times", [0, 5])
async def test_an_account_is_nine_statements_whatever_belongs_to_it(database: Database, times: int) -> None:
    user = await stored_user(database)
    for _ in range(times):
        await fill(database, user)
    with recorded_statements(*database.engines) as statements:
        await database.account_data.of(user.id)
    assert len(statements) == 9
