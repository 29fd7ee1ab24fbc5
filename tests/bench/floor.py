"""The floor of listing: a bare Litestar handler with one select, under the same server."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from litestar import Litestar, get
from sqlalchemy import select

from adapters.sql import create_reading_engine
from adapters.sql.models import FaceRequestRow, GenerationRow, UserRow
from domain.ids import UserId

REQUEST, GENERATION = FaceRequestRow.__table__.c, GenerationRow.__table__.c


def create_app(url: str, email: str) -> Litestar:
    """Return an application whose one handler lists this person's requests, as they lie in the tables."""
    engine = create_reading_engine(url)
    somebody: list[UserId] = []
    rows = (
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
        .join(GenerationRow, GENERATION.id == REQUEST.latest_generation_id)
        .order_by(REQUEST.id.desc())
    )

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with engine.connect() as connection:
            user_id = await connection.scalar(select(UserRow.id).where(UserRow.email == email))
            assert user_id is not None
            somebody.append(UserId(user_id))
        yield
        await engine.dispose()

    @get("/")
    async def show_list() -> list[dict[str, Any]]:
        async with engine.connect() as connection:
            found = await connection.execute(rows.where(REQUEST.user_id == somebody[0]))
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
