"""New passwords: at sign-up, and in place of an old one."""

from application.ports.auth import CommonPasswords, PasswordHasher
from domain.errors import InvalidValue
from domain.passwords import new_password


class NewPasswords:
    """Hashes passwords that may be chosen."""

    def __init__(self, passwords: PasswordHasher, common_passwords: CommonPasswords) -> None:
        self._passwords = passwords
        self._common_passwords = common_passwords

    def allowed(self, text: str, email: str) -> str:
        """Return a password in its composed form; raises `InvalidValue` for one that would be guessed."""
        password = new_password(text, email)
        if self._common_passwords.include(password):
            raise InvalidValue(
                "password", "This password is one of the first that are guessed. Choose another one."
            )
        return password

    async def hash_of(self, text: str, email: str) -> str:
        """Return the hash of a new password; raises `InvalidValue` and `HashingBusy`."""
        return await self._passwords.hash(self.allowed(text, email))
