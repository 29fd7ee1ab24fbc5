"""How many event streams a user may have open."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from domain.ids import UserId

MOST_OF_GUEST = 4
"""A guest has one request to watch, perhaps in several windows."""


class OpenStreams:
    """The open event streams of this process: `most` for each user, 0 for any number; a further one ends the oldest.

    A guest may have `MOST_OF_GUEST` at most.

    A stream never waits for a request, so no other connection can take its place: without this one user could hold all.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._of: dict[UserId, list[asyncio.Event]] = {}

    @contextmanager
    def place(self, user_id: UserId, *, is_guest: bool = False) -> Iterator[asyncio.Event]:
        """Give an event that is set when the stream has to end."""
        end = asyncio.Event()
        streams = self._of.setdefault(user_id, [])
        streams.append(end)
        most = min(self._most or MOST_OF_GUEST, MOST_OF_GUEST) if is_guest else self._most
        if most:
            for oldest in streams[:-most]:
                oldest.set()
        try:
            yield end
        finally:
            streams.remove(end)
            if not streams:
                del self._of[user_id]
