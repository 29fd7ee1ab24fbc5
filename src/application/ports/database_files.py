"""The port for the files of the database."""

from typing import Protocol


class DatabaseFiles(Protocol):
    """The files in which the database keeps its rows."""

    async def forget_deleted(self) -> None:
        """Leave no trace in the files of rows whose deletion was committed before; raises `ServiceUnavailable`.

        Units of work may wait meanwhile. What it costs depends on all that is stored, not on what was deleted, so one
        call serves many deletions.
        """
        ...
