"""Unit of work, repositories, claims, views, account data and snapshots on MySQL and SQLite."""

from adapters.sql.account_data import SqlAccountData
from adapters.sql.claims import SqlClaims
from adapters.sql.database_files import SqlDatabaseFiles
from adapters.sql.engine import create_engine, create_reading_engine
from adapters.sql.restoring import SqlEmptyDatabase
from adapters.sql.schema import upgrade
from adapters.sql.snapshots import SqlSnapshots
from adapters.sql.unit_of_work import SqlUnitOfWork
from adapters.sql.views import SqlViews

__all__ = [
    "SqlAccountData",
    "SqlClaims",
    "SqlDatabaseFiles",
    "SqlEmptyDatabase",
    "SqlSnapshots",
    "SqlUnitOfWork",
    "SqlViews",
    "create_engine",
    "create_reading_engine",
    "upgrade",
]
