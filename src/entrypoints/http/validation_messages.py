"""Sentences about values that cannot be used, for the user instead of the programmer."""

import re
from collections.abc import Mapping
from enum import Enum
from typing import get_args

import msgspec

from domain.errors import InvalidValue
from entrypoints.http.schemas.paging import LARGEST_PAGE

_MISSING = re.compile(r"missing required field `(.+)`")
_PLACE = re.compile(r" - at `\$\.?([^`]*)`$")
_EXPECTED = re.compile(r"Expected `([a-z |]+)`")
_NOUNS = {"int": "a whole number", "str": "text", "bool": "true or false"}

PARAMETERS: Mapping[str, str] = {
    "limit": f"must be a whole number from 1 to {LARGEST_PAGE}",
    "cursor": "must be the `next_cursor` of the page before",
    "language": "must be en or ko",
}
"""What query parameters must be, by their names."""


def invalid_parameter(name: str) -> InvalidValue:
    """Return the error for a parameter of the address."""
    return InvalidValue(name, f"«{name}» {PARAMETERS.get(name, 'cannot be used')}.")


def invalid_field(error: msgspec.ValidationError, struct: type[msgspec.Struct]) -> InvalidValue:
    """Return the error for the field that msgspec refuses, as its message names it."""
    message = str(error)
    if missing := _MISSING.search(message):
        return InvalidValue(missing[1], f"«{missing[1]}» is missing.")
    place = _PLACE.search(message)
    field = place[1] if place else "body"
    if choices := _choices(struct, field):
        return InvalidValue(field, f"«{field}» must be one of {', '.join(choices)}.")
    if expected := _EXPECTED.match(message):
        nouns = [_NOUNS[kind] for kind in expected[1].split(" | ") if kind in _NOUNS]
        if nouns:
            return InvalidValue(field, f"«{field}» must be {' or '.join(nouns)}.")
    return InvalidValue(field, f"«{field}» cannot be used.")


def _choices(struct: type[msgspec.Struct], name: str) -> list[str]:
    """Return the values of a field whose type is an enumeration, none for other fields."""
    for field in msgspec.structs.fields(struct):
        if field.name == name:
            for choice in get_args(field.type) or [field.type]:
                if isinstance(choice, type) and issubclass(choice, Enum):
                    return [str(member.value) for member in choice]
    return []
