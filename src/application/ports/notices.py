"""The port for the notices."""

from collections.abc import Sequence
from typing import Protocol

from domain.user import Language


class Notices(Protocol):
    """The privacy notices that users agree to: each has a version, and a text in every `Language`.

    A text never changes once users may have agreed to it; what changes gets a new version, and the old one stays.
    """

    @property
    def versions(self) -> Sequence[str]:
        """All versions, the current one first."""
        ...

    def text(self, version: str, language: Language) -> str | None:
        """Return a text in Markdown; None if there is no such version."""
        ...
