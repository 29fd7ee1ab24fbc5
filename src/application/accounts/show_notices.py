"""Show the notices."""

from dataclasses import dataclass

from application.errors import NotFound
from application.ports.notices import Notices
from domain.consent import ConsentPolicy
from domain.user import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice in one language."""

    version: str
    language: Language
    text: str
    """In Markdown."""
    is_current: bool


class ShowNotices:
    """Returns the notices, and what is demanded of users before they send anything."""

    def __init__(self, notices: Notices, policy: ConsentPolicy) -> None:
        self._notices = notices
        self.policy = policy
        """What is demanded."""

    @property
    def versions(self) -> list[str]:
        """All versions, the current one first."""
        return list(self._notices.versions)

    def __call__(self, version: str, language: Language) -> Notice:
        """Return a notice; raises `NotFound`."""
        text = self._notices.text(version, language)
        if text is None:
            raise NotFound("notice")
        is_current = version == self.policy.current_version
        return Notice(version=version, language=language, text=text, is_current=is_current)
