"""The port that names what is throttled."""

from typing import Protocol


class ThrottleKeys(Protocol):
    """Makes keys of throttles, from which neither an account nor an address can be read."""

    def __call__(self, kind: str, *values: str) -> str:
        """Return 64 characters; other kinds and other values give others."""
        ...
