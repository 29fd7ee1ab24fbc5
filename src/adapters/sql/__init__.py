"""Repositories, unit of work, claims and views on MySQL and SQLite."""

from adapters.sql.claims import SqlClaims
from adapters.sql.engine import create_engine, create_reading_engine
from adapters.sql.schema import current_revision, downgrade, is_current, newest_revision, upgrade
from adapters.sql.unit_of_work import SqlUnitOfWork
from adapters.sql.views import SqlViews

__all__ = [
    "SqlClaims",
    "SqlUnitOfWork",
    "SqlViews",
    "create_engine",
    "create_reading_engine",
    "current_revision",
    "downgrade",
    "is_current",
    "newest_revision",
    "upgrade",
]
