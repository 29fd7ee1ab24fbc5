"""Which blobs the rows refer to."""

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.sql.models import FaceRequestRow, GenerationRow
from domain.blob_keys import attempt_prefix, unmarked_key
from domain.generation import State
from domain.ids import GenerationId

FACE_KEYS = (
    GenerationRow.voice_portrait_key,
    GenerationRow.voice_video_key,
    GenerationRow.voice_loop_key,
    GenerationRow.condition_portrait_key,
    GenerationRow.condition_video_key,
    GenerationRow.condition_loop_key,
)
KEYS = (FaceRequestRow.voice_key, *FACE_KEYS)
"""The columns that refer to blobs."""


class SqlBlobReferences:
    """Implements `BlobReferences`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def unreferenced(self, keys: Collection[str]) -> set[str]:
        """Select the running attempts first: one that succeeds meanwhile is then found by its keys."""
        named = {unmarked_key(key) for key in keys}
        running = await self._session.execute(
            select(GenerationRow.id, GenerationRow.attempt).where(GenerationRow.state == State.RUNNING)
        )
        prefixes = tuple(attempt_prefix(GenerationId(row.id), row.attempt) for row in running)
        voices = await self._session.scalars(
            select(FaceRequestRow.voice_key).where(FaceRequestRow.voice_key.in_(named))
        )
        faces = await self._session.execute(
            select(*FACE_KEYS).where(or_(*(column.in_(named) for column in FACE_KEYS)))
        )
        referenced = set(voices).union(*faces)
        return {key for key in keys if unmarked_key(key) not in referenced and not key.startswith(prefixes)}
