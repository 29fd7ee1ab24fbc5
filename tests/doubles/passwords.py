"""Passwords without the cost of hashing."""

from application.errors import HashingBusy


class PlainPasswords:
    """Implements `PasswordHasher` without hashing; records the hashes that it verified.

    A test can make it `busy`, so that it takes no more passwords.
    """

    def __init__(self) -> None:
        self.verified: list[str | None] = []
        self.busy = False

    async def hash(self, password: str) -> str:
        """Return the password with a prefix."""
        if self.busy:
            raise HashingBusy
        return f"hash of {password}"

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Compare the two."""
        if self.busy:
            raise HashingBusy
        self.verified.append(password_hash)
        return password_hash == f"hash of {password}"


class FewCommonPasswords:
    """Implements `CommonPasswords` with a list of two."""

    def include(self, password: str) -> bool:
        """Look it up."""
        return password.lower() in {"password", "password123"}
