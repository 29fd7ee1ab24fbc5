"""Passwords without the cost of hashing."""


class PlainPasswords:
    """Implements `PasswordHasher` without hashing; records the hashes that it verified."""

    def __init__(self) -> None:
        self.verified: list[str | None] = []

    async def hash(self, password: str) -> str:
        """Return the password with a prefix."""
        return f"hash of {password}"

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Compare the two."""
        self.verified.append(password_hash)
        return password_hash == f"hash of {password}"
