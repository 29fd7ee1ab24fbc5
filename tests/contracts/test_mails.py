"""What every `MailRepository` promises."""

from datetime import timedelta

from databases.database import Database
from databases.examples import MINUTE, NOON
from domain.mail import Mail, MailKind
from domain.user import Language


def new_mail(address: str = "ann@example.org", due: timedelta = timedelta(0)) -> Mail:
    mail = Mail.write(
        MailKind.IDLE_ACCOUNT, address, Language.KOREAN, NOON, {"day": "2027-01-02", "name": '안나 "😀"'}
    )
    mail.due_at = NOON + due
    return mail


async def added(database: Database, *mails: Mail) -> None:
    async with database.unit_of_work() as uow:
        for mail in mails:
            await uow.mails.add(mail)
        await uow.commit()


async def due(database: Database, after: timedelta = timedelta(0), limit: int = 10) -> list[Mail]:
    async with database.unit_of_work() as uow:
        return list(await uow.mails.lock_due(NOON + after, limit))


async def test_a_mail_is_read_as_it_was_saved(database: Database) -> None:
    mail = new_mail()
    await added(database, mail)
    async with database.unit_of_work() as uow:
        (found,) = await uow.mails.lock_due(NOON, 10)
        assert vars(found) == vars(mail)
        found.try_to_send(NOON, MINUTE)
        await uow.mails.save(found)
        await uow.commit()
    assert await due(database) == []
    (again,) = await due(database, MINUTE)
    assert (again.tries, again.due_at) == (1, NOON + MINUTE)


async def test_mails_that_are_due_longest_come_first_and_no_more_than_asked_for(database: Database) -> None:
    third, first, second = (new_mail(due=-minutes * MINUTE) for minutes in (1, 3, 2))
    await added(database, third, first, second, new_mail(due=MINUTE))
    assert [mail.id for mail in await due(database, limit=2)] == [first.id, second.id]


async def test_mails_are_removed_one_by_one_or_all_that_go_to_an_address(database: Database) -> None:
    one, two, other = new_mail(), new_mail(), new_mail("bob@example.org")
    await added(database, one, two, other)
    async with database.unit_of_work() as uow:
        await uow.mails.remove(one.id)
        await uow.mails.remove(one.id)
        await uow.commit()
    assert {mail.id for mail in await due(database)} == {two.id, other.id}
    async with database.unit_of_work() as uow:
        assert await uow.mails.remove_to("ann@example.org") == 1
        assert await uow.mails.remove_to("carol@example.org") == 0
        await uow.commit()
    assert [mail.id for mail in await due(database)] == [other.id]


async def test_a_mail_that_another_transaction_has_locked_is_skipped(database: Database) -> None:
    if database.engines and database.engines[0].dialect.name == "sqlite":
        return  # its units of work wait for each other
    one, two = new_mail(), new_mail()
    await added(database, one, two)
    async with database.unit_of_work() as uow:
        (locked,) = await uow.mails.lock_due(NOON, 1)
        assert [mail.id for mail in await due(database)] == [({one.id, two.id} - {locked.id}).pop()]
