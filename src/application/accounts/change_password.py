"""Change a password."""

from dataclasses import dataclass

from application.accounts.new_passwords import NewPasswords
from application.accounts.password_tries import PasswordTries, RightPassword
from application.accounts.sessions import Sessions
from application.errors import AccountGone, HashingBusy, SessionEnded, WrongPassword
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from application.security_events import record
from domain.errors import InvalidValue
from domain.ids import SessionId, UserId
from domain.mail import Mail, MailKind
from domain.mail_link import LinkPurpose
from domain.session import EndedSession


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePasswordCommand:
    """The two passwords that a caller sends, and where the client is."""

    user_id: UserId
    session_id: SessionId
    """The session that goes on."""
    current_password: str
    new_password: str
    client_address: str


class ChangePassword:
    """Changes a password, ends the user's other sessions and the link of a reset, and writes a mail about it.

    Raises as `PasswordTries.for_user` and `NewPasswords.hash_of` do, and `SessionEnded` if the caller was logged out
    meanwhile.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        tries: PasswordTries,
        new_passwords: NewPasswords,
        sessions: Sessions,
        clock: Clock,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._tries = tries
        self._new_passwords = new_passwords
        self._sessions = sessions
        self._clock = clock

    async def __call__(self, command: ChangePasswordCommand) -> None:
        right = await self._tries.for_user(command.user_id, command.current_password, command.client_address)
        try:
            password_hash = await self._new_passwords.hash_of(command.new_password, right.user.email or "")
        except (InvalidValue, HashingBusy):
            await self._tries.take_back(right)
            raise
        ended = await self._change(command, right, password_hash)
        self._sessions.refuse(ended)
        record("password_changed", user=command.user_id, sessions=len(ended))

    async def _change(
        self, command: ChangePasswordCommand, right: RightPassword, password_hash: str
    ) -> list[EndedSession]:
        """Write all of it, unless the password has changed since it was compared; return which sessions have ended."""
        async with self._unit_of_work() as uow:
            user = await uow.users.lock(command.user_id)
            if user is None:
                raise AccountGone
            if user.email is None or user.password_hash != right.user.password_hash:
                raise WrongPassword
            sessions = {one.id: one for one in await uow.sessions.lock_of_user(user.id)}
            if sessions.pop(command.session_id, None) is None:
                raise SessionEnded
            user.password_hash = password_hash
            await uow.users.save(user)
            ended = await self._sessions.end(uow, sessions.values())
            await uow.mail_links.remove_of(user.id, LinkPurpose.RESET)
            await uow.mails.add(
                Mail.write(MailKind.PASSWORD_CHANGED, user.email, user.language, self._clock())
            )
            await self._tries.forgive(uow, right)
            await uow.commit(returning=None)
        return ended
