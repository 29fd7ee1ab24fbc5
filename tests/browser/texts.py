"""The texts of the page, so that tests name buttons in the reader's language."""

from dataclasses import dataclass

from domain.user import Language
from entrypoints.web.templates import texts_of


@dataclass(frozen=True)
class Texts:
    """The texts of one language."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its values, as `text` of the page does."""
        return texts_of(self.language)[key].format(**values)

    def count(self, key: str, number: int) -> str:
        """Return a text for a number, as `countText` of the page does."""
        texts = texts_of(self.language)
        form = "one" if number == 1 and f"{key}.one" in texts else "other"
        return texts[f"{key}.{form}"].format(n=number)

    @property
    def locale(self) -> str:
        """What a browser calls the language."""
        return {Language.ENGLISH: "en-GB", Language.KOREAN: "ko-KR"}[self.language]
