"""Passwords that users choose."""

from application.ports.auth import CommonPasswords, PasswordHasher
from domain.errors import InvalidValue
from domain.passwords import new_password


class NewPasswords:
    """Checks and hashes passwords that users choose."""

    def __init__(self, passwords: PasswordHasher, common_passwords: CommonPasswords) -> None:
        self._passwords = passwords
        self._common_passwords = common_passwords

    def checked(self, text: str, email: str) -> str:
        """Return a password in its composed form; raises `InvalidValue` for one that may not be chosen."""
        password = new_password(text, email)
        if self._common_passwords.include(password):
            raise InvalidValue(
                "password", "This password is one of the first that are guessed. Choose another one."
            )
        return password

    async def hash_of(self, text: str, email: str) -> str:
        """Return the hash of a password; raises `InvalidValue` as `checked` does, and `HashingBusy`."""
        return await self._passwords.hash(self.checked(text, email))
