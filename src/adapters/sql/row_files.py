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
    (key,) = of.primary_key
    return TableCopy(
        name=str(of.name), columns=columns, key=str(key.name), rows=0, digest=hashlib.sha256().hexdigest()
    )


async def lines_of(connection: AsyncConnection, copy: TableCopy) -> AsyncIterator[tuple[Row[Any], bytes]]:
    """Yield each row of a table with its line, in the order of the key.

    Few rows are in memory at once: they are read page by page, since a cursor of MySQL's driver takes in whatever the
    server sends, however slowly the rows are used.
    """
    source, kinds = _without_types(copy), _kinds(copy)
    key = source.c[copy.key]
    statement = page = select(*source.c).order_by(key).limit(ROWS_AT_ONCE)
    while rows := (await connection.execute(page)).all():
        for row in rows:
            yield row, line_of(kinds, row)
        page = statement.where(key > rows[-1][list(source.c).index(key)])


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
