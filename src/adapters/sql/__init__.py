"""Unit of work, repositories, claims and views on MySQL and SQLite."""

from adapters.sql.claims import SqlClaims
from adapters.sql.database_files import SqlDatabaseFiles
from adapters.sql.engine import create_engine, create_reading_engine
from adapters.sql.schema import upgrade
from adapters.sql.unit_of_work import SqlUnitOfWork
from adapters.sql.views import SqlViews

__all__ = [
    "SqlClaims",
    "SqlDatabaseFiles",
    "SqlUnitOfWork",
    "SqlViews",
    "create_engine",
    "create_reading_engine",
    "upgrade",
]
