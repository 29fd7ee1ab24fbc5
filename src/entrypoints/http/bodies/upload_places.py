"""How many recordings a user may send at once."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from domain.ids import UserId
from entrypoints.http.rate_limit_fields import RateLimit, rate_limit_headers
from entrypoints.http.request_errors import RequestRefused, TooManyUploads

RETRY_SECONDS = 5
"""About how long an upload takes that is on its way."""


class UploadPlaces:
    """The places for uploads in this process: `most` for each user, 0 for any number."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: Counter[UserId] = Counter()

    @contextmanager
    def place(self, user_id: UserId) -> Iterator[None]:
        """Hold a place as long as the context lasts; raises `TooManyUploads`."""
        if self._most and self._taken[user_id] >= self._most:
            raise self._refusal()
        self._taken[user_id] += 1
        try:
            yield
        finally:
            self._taken[user_id] -= 1
            if not self._taken[user_id]:
                del self._taken[user_id]

    def _refusal(self) -> RequestRefused:
        limit = RateLimit(
            "uploads", quota=self._most, window_seconds=None, remaining=0, reset_seconds=RETRY_SECONDS
        )
        return TooManyUploads(headers={"Retry-After": str(RETRY_SECONDS), **rate_limit_headers([limit])})
