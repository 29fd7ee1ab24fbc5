"""Words for people in place of messages for programmers."""

import re
from enum import Enum
from typing import get_args

import msgspec

from domain.errors import InvalidValue

_MISSING = re.compile(r"missing required field `(.+)`")
_PLACE = re.compile(r" - at `\$\.?([^`]*)`$")
_EXPECTED = re.compile(r"Expected `(int|str|bool)")
_NOUNS = {"int": "a whole number", "str": "text", "bool": "true or false"}


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
        return InvalidValue(field, f"«{field}» must be {_NOUNS[expected[1]]}.")
    return InvalidValue(field, f"«{field}» cannot be used.")


def _choices(kind: type[msgspec.Struct], name: str) -> list[str]:
    """Return the words that a field takes; none where it takes others than a few."""
    for field in msgspec.structs.fields(kind):
        if field.name == name:
            for choice in get_args(field.type) or [field.type]:
                if isinstance(choice, type) and issubclass(choice, Enum):
                    return [str(member.value) for member in choice]
    return []
