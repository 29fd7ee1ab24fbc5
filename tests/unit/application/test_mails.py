"""Mails, and what their links do."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.mail.folder import FolderMailer
from application.accounts.ask_for_reset import AskForResetCommand
from application.accounts.change_password import ChangePasswordCommand
from application.accounts.log_in import LogInCommand
from application.accounts.reset_password import ResetPasswordCommand
from application.accounts.sign_up import SignUpCommand
from application.errors import (
    AddressNotConfirmed,
    HashingBusy,
    InvalidMailLink,
    NoAddress,
    ServiceUnavailable,
    SessionEnded,
    TooManyTries,
    WrongCredentials,
)
from application.mail.forget_kept import ForgetKeptMails
from domain.errors import InvalidValue
from domain.mail import FIRST_PAUSE, LONGEST_PAUSE, TRIED_FOR, Mail, MailKind
from domain.throttling import MAILS_AN_HOUR
from domain.user import Language, User
from doubles.mail import plain_text, token_in
from unit.application.world import DEVICE, HOME, PERSON, World

ELSEWHERE = "198.51.100.7"
NEW = "another good horse"


async def ask(world: World, email: str = "ann@example.org", address: str = ELSEWHERE) -> None:
    await world.ask_for_reset(
        AskForResetCommand(email=email, language=Language.ENGLISH, client_address=address)
    )


async def reset(world: World, token: str, password: str = NEW) -> None:
    await world.reset_password(ResetPasswordCommand(token=token, password=password, client_address=ELSEWHERE))


async def log_in(world: World, password: str, address: str = HOME) -> str:
    command = LogInCommand(email="ann@example.org", password=password, client_address=address, device=DEVICE)
    return (await world.log_in(command)).token


async def sent_token(world: World, page: str = "") -> str:
    """Send what is due, and return the token in the last mail."""
    await world.send_mails()
    return world.mailer.last_token(page)


async def reset_token(world: World) -> str:
    await world.send_mails()
    await ask(world)
    return await sent_token(world, "reset")


async def user_of(world: World, user: User) -> User:
    async with world.unit_of_work() as uow:
        found = await uow.users.get(user.id)
    assert found is not None
    return found


async def waiting(world: World) -> list[Mail]:
    async with world.unit_of_work() as uow:
        return list(await uow.mails.lock_due(world.clock() + timedelta(days=400), 100))


async def test_a_sign_up_is_followed_by_a_mail_whose_link_confirms_the_address_once(world: World) -> None:
    ann = await world.new_user("ann")
    assert ann.confirmed_at is None
    token = await sent_token(world)
    (message,) = world.mailer.sent
    assert message["To"] == "ann@example.org"
    await world.confirm_address(token)
    assert (await user_of(world, ann)).confirmed_at == world.clock()
    with pytest.raises(InvalidMailLink):
        await world.confirm_address(token)
    assert await waiting(world) == []


async def test_a_sign_up_that_fails_leaves_no_mail(world: World) -> None:
    await world.new_user("ann")
    await world.send_mails()
    with pytest.raises(Exception, match="There is an account"):
        await world.new_user("ann")
    assert await waiting(world) == []


async def test_a_reset_link_gives_a_new_password_and_ends_all_sessions(world: World) -> None:
    ann = await world.new_user("ann")
    for _ in range(2):
        await log_in(world, "correct horse")
    sessions = await world.views.sessions(ann.id, world.clock())
    assert len(sessions) == 2
    token = await reset_token(world)
    await reset(world, token)
    for session in sessions:
        with pytest.raises(SessionEnded):
            await world.ended_sessions.require_open(session.id)
    with pytest.raises(WrongCredentials):
        await log_in(world, "correct horse")
    assert await log_in(world, NEW, ELSEWHERE)
    after = await user_of(world, ann)
    assert after.confirmed_at == world.clock()
    assert after.last_login_from == world.throttles.home(ann, ELSEWHERE)
    await world.send_mails()
    assert world.mailer.sent[-1]["Subject"] == "Your password was changed"


async def test_a_reset_link_works_once(world: World) -> None:
    await world.new_user("ann")
    token = await reset_token(world)
    await reset(world, token)
    with pytest.raises(InvalidMailLink):
        await reset(world, token)


@pytest.mark.parametrize(("minutes", "works"), [(59.9, True), (60, False)])
async def test_a_reset_link_works_for_an_hour(world: World, minutes: float, works: bool) -> None:
    await world.new_user("ann")
    token = await reset_token(world)
    world.clock.advance(minutes=minutes)
    if works:
        await reset(world, token)
        return
    with pytest.raises(InvalidMailLink):
        await reset(world, token)


async def test_only_the_link_of_the_newest_mail_works(world: World) -> None:
    await world.new_user("ann")
    older, newer = await reset_token(world), await reset_token(world)
    with pytest.raises(InvalidMailLink):
        await reset(world, older)
    await reset(world, newer)


async def test_a_password_that_is_refused_leaves_the_link_for_another_try(world: World) -> None:
    await world.new_user("ann")
    token = await reset_token(world)
    with pytest.raises(InvalidValue):
        await reset(world, token, "password")
    with pytest.raises(InvalidValue):
        await reset(world, token, "i am ann@example.org")
    world.passwords.busy = True
    with pytest.raises(HashingBusy):
        await reset(world, token)
    world.passwords.busy = False
    await reset(world, token)


async def test_a_link_is_for_its_own_purpose(world: World) -> None:
    await world.new_user("ann")
    confirm, reset_one = await sent_token(world), await reset_token(world)
    with pytest.raises(InvalidMailLink):
        await world.confirm_address(reset_one)
    with pytest.raises(InvalidMailLink):
        await reset(world, confirm)


async def test_after_a_reset_earlier_wrong_passwords_hold_up_no_login(world: World) -> None:
    await world.new_user("ann")
    for _ in range(3):
        with pytest.raises(WrongCredentials):
            await log_in(world, "wrong", ELSEWHERE)
    with pytest.raises(TooManyTries):
        await log_in(world, "wrong", ELSEWHERE)
    await reset(world, await reset_token(world))
    assert await log_in(world, NEW, ELSEWHERE)


async def test_a_mail_for_an_address_without_an_account_is_dropped_when_it_would_be_sent(
    world: World,
) -> None:
    await ask(world, "unknown@example.org")
    assert len(await waiting(world)) == 1
    assert await world.send_mails() == 0
    assert (world.mailer.sent, await waiting(world)) == ([], [])


async def test_an_account_gets_a_few_reset_mails_an_hour_and_the_client_is_told_nothing(world: World) -> None:
    await world.new_user("ann")
    await world.send_mails()
    world.mailer.sent.clear()
    for _ in range(MAILS_AN_HOUR + 2):
        await ask(world)
    await world.send_mails()
    assert len(world.mailer.sent) == MAILS_AN_HOUR
    assert await waiting(world) == []
    await reset(world, world.mailer.last_token("reset"))  # the dropped ones did not replace its link
    world.clock.advance(hours=1)
    await ask(world)
    await world.send_mails()
    assert world.mailer.sent[-1]["Subject"] == "Choose a new password"


async def test_asking_is_throttled_for_each_client_address(world: World) -> None:
    for number in range(20):
        await ask(world, f"user{number}@example.org")
    with pytest.raises(TooManyTries, match="mails to reset a password"):
        await ask(world)
    await ask(world, address=HOME)
    with pytest.raises(InvalidValue):
        await ask(world, "no address", HOME)


async def test_a_user_may_ask_for_another_mail_to_confirm_until_that_is_done(world: World) -> None:
    ann = await world.new_user("ann")
    await world.send_mails()
    for _ in range(MAILS_AN_HOUR):
        await world.ask_for_confirmation(ann.id)
    with pytest.raises(TooManyTries, match="mails to confirm an address"):
        await world.ask_for_confirmation(ann.id)
    await world.confirm_address(await sent_token(world))
    await world.ask_for_confirmation(ann.id)
    assert await waiting(world) == []


async def test_a_guest_has_no_address_to_confirm(world: World) -> None:
    ann = await world.new_user("ann")
    async with world.unit_of_work() as uow:
        guest = await uow.users.lock(ann.id)
        assert guest is not None
        guest.email = guest.password_hash = None
        await uow.users.save(guest)
        await uow.commit()
    with pytest.raises(NoAddress):
        await world.ask_for_confirmation(ann.id)


async def test_a_mail_that_cannot_be_sent_is_tried_again_after_growing_pauses_and_then_given_up(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await world.new_user("ann")
    world.mailer.is_away = True
    pauses = []
    while mails := await waiting(world):
        (mail,) = mails
        pauses.append(mail.due_at - world.clock())
        world.clock.now = mail.due_at
        if not mail.is_given_up(world.clock()):
            with pytest.raises(ServiceUnavailable):
                await world.send_mails()
        else:
            assert await world.send_mails() == 0
    assert pauses[1:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE
    assert TRIED_FOR <= sum(pauses, timedelta()) < TRIED_FOR + LONGEST_PAUSE
    assert "event=mail_given_up" in caplog.text
    assert "kind=confirm_address" in caplog.text
    assert "ann@example.org" not in caplog.text


async def test_a_mail_that_the_server_refuses_is_removed(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await world.new_user("ann")
    world.mailer.refuses = True
    assert await world.send_mails() == 0
    assert await waiting(world) == []
    assert "event=mail_refused" in caplog.text
    assert "ann@example.org" not in caplog.text


async def test_a_process_that_is_killed_before_it_removes_a_mail_sends_it_once_more_with_a_link_in_place_of_the_first(
    world: World,
) -> None:
    class Killed(BaseException):
        """The process ends here."""

    async def kill() -> None:
        world.mailer.while_sending = None
        raise Killed

    await world.new_user("ann")
    world.mailer.while_sending = kill
    with pytest.raises(Killed):
        await world.send_mails()
    assert await world.send_mails() == 0  # its lease has not run out
    world.clock.now += FIRST_PAUSE
    assert await world.send_mails() == 1
    assert await world.send_mails() == 0
    first, second = world.mailer.sent
    assert first["Message-ID"] == second["Message-ID"]
    with pytest.raises(InvalidMailLink):
        await world.confirm_address(token_in(first))
    await world.confirm_address(token_in(second))


async def test_a_reset_link_that_was_used_stays_used_when_its_mail_is_sent_again(world: World) -> None:
    async def lose_the_answer() -> None:
        world.mailer.while_sending = None
        raise ServiceUnavailable("mail")

    await world.new_user("ann")
    await world.send_mails()
    await ask(world)
    world.mailer.while_sending = lose_the_answer
    with pytest.raises(ServiceUnavailable):
        await world.send_mails()
    used = world.mailer.last_token("reset")
    await reset(world, used)
    world.clock.now += FIRST_PAUSE
    await world.send_mails()
    with pytest.raises(InvalidMailLink):
        await reset(world, used, "yet another horse")


async def test_the_link_of_a_reset_ends_when_the_password_is_changed(world: World) -> None:
    ann = await world.new_user("ann")
    token = await reset_token(world)
    await log_in(world, "correct horse")
    (session,) = await world.views.sessions(ann.id, world.clock())
    await world.change_password(
        ChangePasswordCommand(
            user_id=ann.id,
            session_id=session.id,
            current_password="correct horse",
            new_password=NEW,
            client_address=HOME,
        )
    )
    with pytest.raises(InvalidMailLink):
        await reset(world, token, "yet another horse")


async def test_a_mail_whose_account_was_erased_while_it_was_sent_leaves_nothing(world: World) -> None:
    async def erase() -> None:
        async with world.unit_of_work() as uow:
            await uow.mails.remove_to("ann@example.org")
            await uow.commit()

    await world.new_user("ann")
    world.mailer.while_sending = erase
    await world.send_mails()
    assert world.mailer.sent == []


async def test_a_mail_that_is_of_no_use_any_more_is_dropped(world: World) -> None:
    ann = await world.new_user("ann")
    token = await sent_token(world)
    await world.ask_for_confirmation(ann.id)
    idle = Mail.write(
        MailKind.IDLE_ACCOUNT, "ann@example.org", ann.language, world.clock(), {"day": "2027-01-02"}
    )
    async with world.unit_of_work() as uow:
        await uow.mails.add(idle)
        await uow.commit()
    await world.confirm_address(token)
    assert await world.send_mails() == 0
    assert await waiting(world) == []


async def test_an_idle_account_is_told_when_it_will_be_erased(world: World) -> None:
    await world.sign_up(
        SignUpCommand(
            email="ann@example.org",
            password="correct horse",
            person=PERSON,
            client_address=HOME,
            language=Language.KOREAN,
        )
    )
    await world.send_mails()  # the one that asks to confirm the address
    async with world.unit_of_work() as uow:
        ann = await uow.users.find("ann@example.org")
        assert ann is not None
        locked = await uow.users.lock(ann.id)
        assert locked is not None
        locked.erase_at = world.clock() + timedelta(days=30)
        await uow.users.save(locked)
        await uow.mails.add(
            Mail.write(
                MailKind.IDLE_ACCOUNT,
                "ann@example.org",
                Language.ENGLISH,
                world.clock(),
                {"day": "2027-01-02"},
            )
        )
        await uow.commit()
    assert await world.send_mails() == 1
    assert "2027년 1월 2일에" in plain_text(world.mailer.sent[-1])  # in the language of the account


async def test_a_setting_demands_a_confirmed_address_before_faces_are_made(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    world = World(tmp_path_factory.mktemp("world"), confirm_address=True)
    ann = await world.new_user("ann")
    with pytest.raises(AddressNotConfirmed):
        await world.submit(ann)
    assert await world.blob_keys() == set()
    await world.confirm_address(await sent_token(world))
    request = await world.submit(ann)
    await world.run()
    assert await world.regenerate(ann.id, request.id)


async def test_links_of_mails_that_have_expired_are_removed_once_an_hour(world: World) -> None:
    await world.new_user("ann")
    await reset_token(world)
    assert await world.forget_mail_links() == 0
    world.clock.advance(hours=1)
    assert await world.forget_mail_links() == 1
    world.clock.advance(days=3)
    assert [await world.forget_mail_links(), await world.forget_mail_links()] == [1, 0]


async def test_each_process_removes_the_mails_that_it_keeps_of_accounts_that_another_has_erased(
    world: World, tmp_path: Path
) -> None:
    folder = FolderMailer(tmp_path / "outbox of another process")
    ann, ben = await world.new_user("ann"), await world.new_user("ben")
    await world.send_mails()
    for message, user in zip(world.mailer.sent, (ann, ben), strict=True):
        await folder.send(message, user.id)
    forget = ForgetKeptMails(world.unit_of_work, folder)
    assert await forget() == 0
    await world.account_erasure(ann.id)
    assert await forget() == 1
    assert await folder.readers() == {ben.id}
