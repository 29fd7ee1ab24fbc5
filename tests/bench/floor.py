"""The floor of listing: a bare Litestar handler with one select of SQLAlchemy Core, under the same server."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from litestar import Litestar, get
from sqlalchemy import bindparam, select

from adapters.sql import create_reading_engine
from adapters.sql.models import FaceRequestRow, GenerationRow, UserRow

REQUESTS, GENERATIONS, USERS = FaceRequestRow.__table__, GenerationRow.__table__, UserRow.__table__
REQUEST, GENERATION = REQUESTS.c, GENERATIONS.c
ROWS = (
    select(
        REQUEST.id,
        REQUEST.age,
        REQUEST.gender,
        REQUEST.voice_key,
        REQUEST.voice_media_type,
        REQUEST.latest_generation_id,
        REQUEST.created_at,
        REQUEST.updated_at,
        GENERATION.state,
        GENERATION.finished_at,
    )
    .join_from(REQUESTS, GENERATIONS, GENERATION.id == REQUEST.latest_generation_id)
    .where(REQUEST.user_id == bindparam("user_id"))
    .order_by(REQUEST.id.desc())
)
"""Built from tables and not from mapped classes, because the ORM compiles a statement that contains a class."""


def create_app(url: str, email: str) -> Litestar:
    """Return an application whose only handler lists the rows of this user's requests."""
    engine = create_reading_engine(url)
    parameters: dict[str, str] = {}

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with engine.connect() as connection:
            user_id = await connection.scalar(select(USERS.c.id).where(USERS.c.email == email))
            assert user_id is not None
            parameters["user_id"] = user_id
        yield
        await engine.dispose()

    @get("/")
    async def show_list() -> list[dict[str, Any]]:
        async with engine.connect() as connection:
            found = await connection.execute(ROWS, parameters)
            return [dict(row._mapping) for row in found]

    return Litestar([show_list], lifespan=[lifespan], logging_config=None, openapi_config=None)


if __name__ == "__main__":
    uvicorn.run(
        create_app(sys.argv[1], sys.argv[2]),
        port=int(sys.argv[3]),
        log_config=None,
        access_log=False,
        server_header=False,
    )
