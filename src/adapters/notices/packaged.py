"""The notices that come with the service."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable

from domain.user import Language

UNNAMED = {Language.ENGLISH: "the operator of this service", Language.KOREAN: "이 서비스의 운영자"}
"""How a text names an operator whose name is not in the settings."""


class PackagedNotices:
    """Implements `Notices` with the folders beside this file, which are read once.

    `{operator}` in a text stands for who runs the service.
    """

    def __init__(self, operator: str, folder: Traversable | None = None) -> None:
        self._texts = _read(folder or files("adapters.notices"), operator)

    @property
    def versions(self) -> Sequence[str]:
        """All folders, the newest first."""
        return list(self._texts)

    def text(self, version: str, language: Language) -> str | None:
        """Look it up."""
        texts = self._texts.get(version)
        return texts[language] if texts else None


def _read(folder: Traversable, operator: str) -> Mapping[str, Mapping[Language, str]]:
    versions = sorted((one for one in folder.iterdir() if one.name[:1].isdigit()), key=lambda one: one.name)
    return {
        version.name: {
            language: (version / f"{language}.md")
            .read_text(encoding="utf-8")
            .replace("{operator}", operator or UNNAMED[language])
            for language in Language
        }
        for version in reversed(versions)
    }
