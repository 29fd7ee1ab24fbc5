"""Text that users type and that is compared: addresses and passwords."""

import re
import unicodedata

from domain.errors import InvalidValue

_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Control and format characters, what is not assigned or private, halves of pairs, ends of lines and paragraphs."""

BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef"
"""Letters and marks that are drawn as nothing (fillers, joiners, selectors of variants), as a class of a pattern."""

_BLANK = re.compile(f"[{BLANK}]")
_LONGEST_COMPOSED = 2000
"""Longer text is no address and no password; composing text takes time that grows with the square of its length."""


def composed(text: str) -> str:
    """Return text in the form NFC, in which what looks the same is the same: é is one character and never two."""
    return unicodedata.normalize("NFC", text) if len(text) <= _LONGEST_COMPOSED else text


def require_visible(field: str, text: str) -> None:
    """Raise `InvalidValue` for text with a character that cannot be seen, which its user could not type again."""
    for character in text:
        if unicodedata.category(character) in _INVISIBLE_CATEGORIES or _BLANK.match(character):
            raise InvalidValue(
                field,
                f"«{field}» contains an invisible character (U+{ord(character):04X}). Type it without it.",
            )
