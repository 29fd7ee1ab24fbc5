"""What every `MailLinkRepository` promises."""

from dataclasses import replace

from databases.database import Database
from databases.examples import HOUR, NOON, stored_user
from domain.ids import MailId, new_id
from domain.mail_link import LinkPurpose, MailLink
from domain.user import User


def new_link(user: User, purpose: LinkPurpose = LinkPurpose.RESET) -> MailLink:
    return MailLink(
        id=MailId(new_id()),
        user_id=user.id,
        purpose=purpose,
        address="ann@example.org",
        expires_at=NOON + HOUR,
    )


async def added(database: Database, *links: MailLink) -> None:
    async with database.unit_of_work() as uow:
        for link in links:
            await uow.users.lock(link.user_id)
            await uow.mail_links.replace(link)
        await uow.commit()


async def found(database: Database, *links: MailLink) -> list[MailLink | None]:
    async with database.unit_of_work() as uow:
        return [await uow.mail_links.find(link.id) for link in links]


async def test_a_link_is_read_as_it_was_added(database: Database) -> None:
    link = new_link(await stored_user(database))
    await added(database, link)
    assert await found(database, link) == [link]


async def test_a_newer_link_of_a_user_takes_the_place_of_older_ones_for_the_same_purpose(
    database: Database,
) -> None:
    ann, ben = await stored_user(database), await stored_user(database)
    older, newer = new_link(ann), new_link(ann)
    other_purpose, other_user = new_link(ann, LinkPurpose.CONFIRM), new_link(ben)
    await added(database, older, other_purpose, other_user, newer)
    assert await found(database, older, newer, other_purpose, other_user) == [
        None,
        newer,
        other_purpose,
        other_user,
    ]


async def test_a_link_that_is_made_again_for_the_same_mail_is_one_link(database: Database) -> None:
    link = new_link(await stored_user(database))
    await added(database, link, link)
    assert await found(database, link) == [link]


async def test_a_link_is_removed_once(database: Database) -> None:
    user = await stored_user(database)
    link, other = new_link(user), new_link(user, LinkPurpose.CONFIRM)
    await added(database, link, other)
    async with database.unit_of_work() as uow:
        await uow.users.lock(user.id)
        assert await uow.mail_links.remove(link.id)
        assert not await uow.mail_links.remove(link.id)
        await uow.commit()
    assert await found(database, link, other) == [None, other]


async def test_links_that_have_expired_are_removed(database: Database) -> None:
    ann, ben = await stored_user(database), await stored_user(database)
    expired, later = new_link(ann), replace(new_link(ben), expires_at=NOON + 2 * HOUR)
    await added(database, expired, later)
    async with database.unit_of_work() as uow:
        assert await uow.mail_links.remove_old(NOON + HOUR) == 1
        await uow.commit()
    assert await found(database, expired, later) == [None, later]
