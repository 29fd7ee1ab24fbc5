"""The rows of a table in a file, and back."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Table, TableClause, column, insert, select, table
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.row_lines import kind_of, line_of, row_of
from application.ports.backup import TableCopy

ROWS_AT_ONCE = 200


def description_of(of: Table) -> TableCopy:
    """Describe a table of the models, without rows."""
    columns = tuple((str(each.name), kind_of(each)) for each in of.columns)
    key = tuple(str(each.name) for each in of.primary_key)
    return TableCopy(name=str(of.name), columns=columns, key=key, rows=0, digest=hashlib.sha256().hexdigest())


async def lines_of(connection: AsyncConnection, copy: TableCopy) -> AsyncIterator[tuple[Row[Any], bytes]]:
    """Yield each row of a table with its line, in the order of the key; few of them are in memory at once."""
    source, kinds = _without_types(copy), _kinds(copy)
    statement = select(*source.c).order_by(*(source.c[name] for name in copy.key))
    async with connection.stream(statement, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        async for row in rows:
            yield row, line_of(kinds, row)


async def read_again(connection: AsyncConnection, copy: TableCopy) -> TableCopy:
    """Describe the rows that the database has in a table now."""
    count, digest = 0, hashlib.sha256()
    async for _, line in lines_of(connection, copy):
        count += 1
        digest.update(line)
    return replace(copy, rows=count, digest=digest.hexdigest())


async def load(connection: AsyncConnection, copy: TableCopy, folder: Path) -> None:
    """Insert the rows of a file into a table."""
    statement, kinds, names = insert(_without_types(copy)), _kinds(copy), [name for name, _ in copy.columns]
    with file_of(folder, copy.name).open("rb") as file:
        while lines := await asyncio.to_thread(lambda: list(islice(file, ROWS_AT_ONCE))):
            rows = [dict(zip(names, row_of(kinds, line), strict=True)) for line in lines]
            await connection.execute(statement, rows)


def file_of(folder: Path, name: str) -> Path:
    """Return the file of a table."""
    return folder / f"{name}.jsonl"


def _without_types(copy: TableCopy) -> TableClause:
    """Return the table in the form whose values go to the driver, and come from it, unchanged."""
    return table(copy.name, *(column(name) for name, _ in copy.columns))


def _kinds(copy: TableCopy) -> list[str]:
    return [kind for _, kind in copy.columns]
