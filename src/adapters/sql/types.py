"""Column types that behave the same on MySQL and SQLite."""

from datetime import UTC, datetime
from typing import Annotated

from sqlalchemy import CHAR, DateTime, Dialect
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator

from domain.ids import ID_LENGTH


class UtcDateTime(TypeDecorator[datetime]):
    """A moment to the microsecond: stored in UTC without a zone, read as an aware `datetime`.

    A naive `datetime` raises `ValueError`: it does not say which moment it means.
    """

    impl = DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC, without its zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone.")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment with its zone."""
        return None if value is None else value.replace(tzinfo=UTC)


ID = CHAR(ID_LENGTH)
"""Compared as bytes, so that ids sort by time; a text of any length and content can be searched for."""

Id = Annotated[str, mapped_column(ID)]
Moment = Annotated[datetime, mapped_column(UtcDateTime)]
