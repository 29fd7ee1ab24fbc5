"""Show users their own requests and results."""

from collections.abc import Sequence

from application.errors import NotFound
from application.ports.views import ProgressView, RequestView, ResultView, Views
from domain.ids import GenerationId, RequestId, UserId
from domain.retention import Retention


class ShowRequests:
    """Reads what belongs to one user; raises `NotFound` for what does not exist or belongs to another user."""

    def __init__(self, views: Views, retention: Retention) -> None:
        self._views = views
        self.retention = retention
        """From which follows when what is shown is due for erasure."""

    async def all(self, user_id: UserId) -> Sequence[RequestView]:
        """Return all requests, newest first."""
        return await self._views.requests(user_id)

    async def page(
        self, user_id: UserId, limit: int, before: RequestId | None
    ) -> tuple[Sequence[RequestView], RequestId | None]:
        """Return up to `limit` requests older than `before`, and the `before` of the next page, None after the last."""
        found = await self._views.requests(user_id, limit + 1, before)
        page = found[:limit]
        return page, page[-1].id if len(found) > limit else None

    async def one(self, user_id: UserId, request_id: RequestId) -> RequestView:
        """Return one request."""
        request = await self._views.request(user_id, request_id)
        if request is None:
            raise NotFound("request")
        return request

    async def result(self, user_id: UserId, request_id: RequestId, generation_id: GenerationId) -> ResultView:
        """Return one result, finished or not."""
        result = await self._views.result(user_id, request_id, generation_id)
        if result is None:
            raise NotFound("result")
        return result

    async def results(self, user_id: UserId, request_id: RequestId) -> Sequence[ResultView]:
        """Return all results of a request, finished or not, newest first."""
        results = await self._views.results(user_id, request_id)
        if not results:  # each request has one at least
            raise NotFound("request")
        return results

    async def job(self, user_id: UserId, request_id: RequestId, generation_id: GenerationId) -> ProgressView:
        """Return how far a job is."""
        progress = await self._views.job(user_id, request_id, generation_id)
        if progress is None:
            raise NotFound("job")
        return progress
