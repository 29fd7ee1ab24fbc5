"""The language in which the service writes to a user."""

import re
from typing import Any

from litestar.connection import ASGIConnection

from domain.user import Language

DEFAULT = Language.ENGLISH
MOST_RANGES = 20
"""How many languages of a list are looked at; browsers send a handful."""

_RANGE = re.compile(
    r"([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9-]+)?(?:\s*;\s*[qQ]\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?"
)
"""No two parts that take spaces stand side by side: trying all ways to share many of them would take seconds."""


def language_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Language:
    """Return the language that `Accept-Language` prefers (RFC 9110), of those that we have."""
    return preferred(", ".join(connection.headers.getall("accept-language", [])))


def preferred(accepted: str) -> Language:
    """Return our language with the highest weight; the first of several, English where none is accepted.

    A language that is named counts with its own weight, others with that of `*`. What is malformed is left out.
    """
    weights: dict[str, float] = {}
    for text in accepted.split(",")[:MOST_RANGES]:
        if found := _RANGE.fullmatch(text.strip()):
            name, weight = found[1].lower(), float(found[2] or 1)
            weights[name] = max(weight, weights.get(name, 0))
    order = [*(name for name in weights if name != "*"), *Language]
    known = [language for name in order for language in Language if language.value == name]
    best = max(known, key=lambda language: weights.get(language.value, weights.get("*", 0)))
    return best if weights.get(best.value, weights.get("*", 0)) > 0 else DEFAULT
