"""Sending mails, and using their links, by several processes at once, on every database."""

import asyncio
from datetime import timedelta

from adapters.auth.mail_link_signer import HmacMailLinkSigner
from adapters.mail.writer import TwoFormWriter
from application.accounts.confirm_address import ConfirmAddress
from application.accounts.throttles import Throttles
from application.errors import InvalidMailLink
from application.mail.links import MailLinks
from application.mail.send import SendMails
from databases.database import Database
from databases.examples import NOON, stored_user
from domain.mail import FIRST_PAUSE, Mail, MailKind
from domain.throttling import ThrottleLimits
from domain.user import Language, User
from doubles.clock import ManualClock
from doubles.mail import MemoryMailer, token_in

PROCESSES = 3
LIMITS = ThrottleLimits(
    wrong_passwords=0,
    wrong_passwords_per_address=0,
    sign_ups_an_hour=0,
    email_checks_an_hour=0,
    guests_an_hour=0,
    resets_an_hour=0,
)


class Post:
    """What sends mails in one or more processes, and uses their links."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = ManualClock()
        self.clock.now = NOON
        self.mailer = MemoryMailer()
        links = MailLinks(HmacMailLinkSigner("a secret"), self.clock)
        writer = TwoFormWriter("faces@example.org", "https://faces.example.org", self.clock)
        throttles = Throttles(lambda kind, *values: f"{kind} {values}"[:64], LIMITS, self.clock)
        uow = database.unit_of_work
        self.send = SendMails(uow, self.mailer, writer, links, throttles, self.clock)
        self.confirm = ConfirmAddress(uow, links, self.clock)

    async def write(self, user: User, kind: MailKind = MailKind.CONFIRM_ADDRESS) -> None:
        """Add a mail to a user, as use cases do."""
        async with self.database.unit_of_work() as uow:
            await uow.mails.add(Mail.write(kind, user.email or "", Language.ENGLISH, self.clock()))
            await uow.commit()

    async def works(self, token: str) -> bool:
        """Use a link, and tell whether it worked."""
        try:
            await self.confirm(token)
        except InvalidMailLink:
            return False
        return True


async def test_each_mail_is_sent_once_however_many_processes_send(database: Database) -> None:
    post = Post(database)
    users = [await stored_user(database) for _ in range(8)]
    for user in users:
        await post.write(user)
    sent = await asyncio.gather(*(post.send() for _ in range(PROCESSES)))
    assert sum(sent) == len(users)
    assert sorted(one["To"] for one in post.mailer.sent) == sorted(user.email or "" for user in users)
    post.clock.now += 2 * FIRST_PAUSE
    assert await post.send() == 0


async def test_a_link_that_is_used_at_once_by_several_clients_works_for_one(database: Database) -> None:
    post = Post(database)
    user = await stored_user(database)
    await post.write(user)
    await post.send()
    token = post.mailer.last_token()
    worked = await asyncio.gather(*(post.works(token) for _ in range(PROCESSES)))
    assert sorted(worked) == [False, False, True]
    async with database.unit_of_work() as uow:
        found = await uow.users.get(user.id)
    assert found is not None
    assert found.confirmed_at == NOON


async def test_several_mails_to_one_user_at_once_leave_one_link_that_works(database: Database) -> None:
    post = Post(database)
    user = await stored_user(database)
    for _ in range(3):
        await post.write(user)
    await asyncio.gather(*(post.send() for _ in range(PROCESSES)))
    assert len(post.mailer.sent) == 3
    worked = [await post.works(token_in(message)) for message in post.mailer.sent]
    assert sum(worked) == 1


async def test_of_many_reset_mails_at_once_an_account_gets_the_few_of_an_hour(database: Database) -> None:
    post = Post(database)
    user = await stored_user(database)
    for _ in range(6):
        await post.write(user, MailKind.RESET_PASSWORD)
    await asyncio.gather(*(post.send() for _ in range(PROCESSES)))
    assert len(post.mailer.sent) == 3
    post.clock.now += timedelta(days=1)
    assert await post.send() == 0
