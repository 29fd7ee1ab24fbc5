"""How many exports a user may have made at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from domain.ids import UserId
from entrypoints.http.rate_limit_fields import RateLimit, rate_limit_headers
from entrypoints.http.request_errors import TooManyExports

RETRY_SECONDS = 10
"""About how long an export takes."""


class ExportPlaces:
    """The exports that this process sends: one for each user, since an export reads all files of its user."""

    def __init__(self) -> None:
        self._taken: set[UserId] = set()

    @contextmanager
    def place(self, user_id: UserId) -> Iterator[None]:
        """Hold a place as long as the context lasts; raises `TooManyExports`."""
        if user_id in self._taken:
            limit = RateLimit(
                "exports", quota=1, window_seconds=None, remaining=0, reset_seconds=RETRY_SECONDS
            )
            raise TooManyExports(headers={"Retry-After": str(RETRY_SECONDS), **rate_limit_headers([limit])})
        self._taken.add(user_id)
        try:
            yield
        finally:
            self._taken.remove(user_id)
