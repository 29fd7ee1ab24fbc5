"""Rows as lines of JSON that mean the same on MySQL and SQLite: an array for each row, of texts, numbers and null."""

from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import JSON, Column, LargeBinary

from adapters.sql.types import UtcDateTime

PLAIN, MOMENT, DATA, BYTES = "plain", "moment", "json", "bytes"


def kind_of(column: "Column[Any]") -> str:
    """Return how the values of a column are written."""
    if isinstance(column.type, UtcDateTime):
        return MOMENT
    if isinstance(column.type, JSON):
        return DATA
    return BYTES if isinstance(column.type, LargeBinary) else PLAIN


def _moment(value: datetime | str) -> str:
    """Return a moment as SQLite holds it: MySQL's driver gives a `datetime`, and takes the text."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.isoformat(sep=" ", timespec="microseconds")


def _data(value: str) -> str:
    """Return a text of JSON in one form: MySQL puts the keys of objects into an order of its own."""
    return msgspec.json.encode(msgspec.json.decode(value), order="sorted").decode()


_TO_LINE: dict[str, Callable[[Any], str]] = {
    MOMENT: _moment,
    DATA: _data,
    BYTES: lambda value: b64encode(value).decode(),
}


def line_of(kinds: Sequence[str], row: Sequence[Any]) -> bytes:
    """Return the line of a row as a driver gives it."""
    values = [
        value if value is None or kind == PLAIN else _TO_LINE[kind](value)
        for kind, value in zip(kinds, row, strict=True)
    ]
    return msgspec.json.encode(values) + b"\n"


def row_of(kinds: Sequence[str], line: bytes) -> list[Any]:
    """Return the row of a line as both drivers take it."""
    values = msgspec.json.decode(line, type=list[str | int | float | None])
    return [
        b64decode(value) if kind == BYTES and isinstance(value, str) else value
        for kind, value in zip(kinds, values, strict=True)
    ]
