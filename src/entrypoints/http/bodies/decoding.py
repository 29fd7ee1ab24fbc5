"""From the bytes of a body to the fields of a struct."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec

from domain.errors import InvalidValue
from entrypoints.http.request_errors import MalformedBody
from entrypoints.http.validation_messages import invalid_field

MOST_FIELDS = 100

Fields = TypeVar("Fields", bound=msgspec.Struct)


def decode_json(body: bytes) -> dict[str, Any]:
    """Return the members of a JSON object; raises `MalformedBody`."""
    try:
        value = msgspec.json.decode(
            body
        )  # refuses what is no JSON, such as NaN, but not a name that comes twice
        json.loads(body, object_pairs_hook=_require_distinct_names, parse_int=str, parse_float=str)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedBody from error
    if not isinstance(value, dict):
        raise MalformedBody("Send a JSON object with the fields in it.")
    return {name: _whole_number(member) for name, member in value.items()}


def _require_distinct_names(members: Sequence[tuple[str, Any]]) -> None:
    if len({name for name, _ in members}) < len(members):
        raise MalformedBody("A name comes twice in one object of the body: send each field once.")


def _whole_number(value: Any) -> Any:
    """Return 4.0 as 4: JSON Schema and JavaScript do not tell the two apart."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def decode_url_encoded(body: bytes, wanted: frozenset[str]) -> dict[str, str]:
    """Return the wanted fields of a form; raises `MalformedBody`, and `InvalidValue` for one that comes twice."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as error:  # bytes that are not UTF-8, or too many fields
        raise MalformedBody("The form cannot be read: send it as UTF-8.") from error
    fields: dict[str, str] = {}
    for name, value in pairs:
        if name in fields:
            raise InvalidValue(name, f"Send «{name}» once.")
        if name in wanted:
            fields[name] = value
    return fields


def to_struct(fields: Mapping[str, Any], struct: type[Fields], *, strict: bool = False) -> Fields:
    """Return the fields as a struct; unless it is strict, text may stand for a number. Raises `InvalidValue`."""
    for name in struct.__struct_fields__:
        if isinstance(value := fields.get(name), str) and "\x00" in value:
            raise InvalidValue(name, f"«{name}» contains a character that is not text.")
    try:
        return msgspec.convert(fields, struct, strict=strict)
    except msgspec.ValidationError as error:
        raise invalid_field(error, struct) from error
