"""Words for people in place of messages for programmers."""

import re
from enum import Enum
from typing import get_args

import msgspec

from domain.errors import InvalidValue

_MISSING = re.compile(r"missing required field `(.+)`")
_PLACE = re.compile(r" - at `\$\.?([^`]*)`$")
_EXPECTED = re.compile(r"Expected `([a-z |]+)`")
_NOUNS = {"int": "a whole number", "str": "text", "bool": "true or false"}


PARAMETERS = {
    "limit": "must be a whole number from 1 to 100",
    "cursor": "must be the `next_cursor` of the page before",
}
"""What the parameters of addresses take."""


def invalid_parameter(name: str) -> InvalidValue:
    """Return what a person can do about a parameter that was not understood."""
    return InvalidValue(name, f"«{name}» {PARAMETERS.get(name, 'cannot be used')}.")


def in_words(error: msgspec.ValidationError, kind: type[msgspec.Struct]) -> InvalidValue:
    """Return what a person can do about fields that do not make a struct."""
    message = str(error)
    if missing := _MISSING.search(message):
        return InvalidValue(missing[1], f"«{missing[1]}» is missing.")
    place = _PLACE.search(message)
    field = place[1] if place else "body"
    if choices := _choices(kind, field):
        return InvalidValue(field, f"«{field}» must be one of {', '.join(choices)}.")
    if expected := _EXPECTED.match(message):
        nouns = [_NOUNS[kind] for kind in expected[1].split(" | ") if kind in _NOUNS]
        if nouns:
            return InvalidValue(field, f"«{field}» must be {' or '.join(nouns)}.")
    return InvalidValue(field, f"«{field}» cannot be used.")


def _choices(kind: type[msgspec.Struct], name: str) -> list[str]:
    """Return the words that a field takes; none where it takes others than a few."""
    for field in msgspec.structs.fields(kind):
        if field.name == name:
            for choice in get_args(field.type) or [field.type]:
                if isinstance(choice, type) and issubclass(choice, Enum):
                    return [str(member.value) for member in choice]
    return []
