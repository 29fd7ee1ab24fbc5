"""Watch a request."""

import asyncio
from typing import Annotated, Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import HeaderParameter

from application.requests.watch import WatchRequest
from entrypoints.http.caller import Caller
from entrypoints.http.responses.event_stream import event_stream
from entrypoints.http.responses.open_streams import OpenStreams
from entrypoints.http.schemas.identifiers import RequestIdPath

LastEventId = Annotated[
    str | None,
    HeaderParameter(
        name="Last-Event-ID", description="Id of the last event that the client saw; it is not sent again."
    ),
]

EVENT = {
    "type": "object",
    "description": "Each event of the stream.",
    "required": ["event", "id", "retry", "data"],
    "properties": {
        "event": {"enum": ["progress", "erased"]},
        "id": {"type": "string", "description": "For `Last-Event-ID`; equal facts have the same id."},
        "retry": {
            "type": "integer",
            "description": "How many milliseconds to wait before coming back, once the stream has ended too early.",
        },
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {
                "oneOf": [
                    {"$ref": "#/components/schemas/JobStatusResponse"},
                    {"$ref": "#/components/schemas/ErasedResponse"},
                ]
            },
        },
    },
}
SUCCESSES = {
    "200": {
        "description": "A stream that ends after the final state, or when the request is erased.",
        "content": {"text/event-stream": {"schema": EVENT}},
    },
    "204": {"description": "The client saw the final state already: it need not come back."},
}


class EventController(Controller):
    """Progress while it happens."""

    path = "/mz-request/{request_id:str}/events"
    tags = ("Results",)

    @get(successes=SUCCESSES, problems=(404,))
    async def watch(
        self,
        request_id: RequestIdPath,
        caller: NamedDependency[Caller],
        watch_request: NamedDependency[WatchRequest],
        stopping: NamedDependency[asyncio.Event],
        open_streams: NamedDependency[OpenStreams],
        last_event_id: LastEventId = None,
    ) -> Response[Any]:
        """Watch a request.

        Follows its newest job until the end, as server-sent events. Each event is called `progress` and carries what
        the status of the job says at that moment. If the request is erased meanwhile, the last event is called
        `erased`. A client that comes back after the end gets 204, or 404 if the request is erased, and an
        `EventSource` then stays away. A user may have some streams open; a further one ends the oldest. A stream also
        ends when its session ends or its token expires, and when the process stops: come back after `retry`
        milliseconds, with `Last-Event-ID`.
        """
        news = await watch_request(caller.user_id, request_id)
        place = open_streams.place(caller.user_id, is_guest=caller.is_guest)
        return await event_stream(news, last_event_id, stopping, place, caller.logged_out)
