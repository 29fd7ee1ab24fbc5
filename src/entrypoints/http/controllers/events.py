"""Watch a request."""

from typing import Annotated, Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import HeaderParameter

from application.requests.watch import WatchRequest
from entrypoints.http.caller import Caller
from entrypoints.http.event_stream import event_id, events
from entrypoints.http.schemas.identifiers import RequestIdPath
from entrypoints.http.streams import streamed

LastEventId = Annotated[
    str | None,
    HeaderParameter(
        name="Last-Event-ID", description="Id of the last event that was seen; it is not sent again."
    ),
]

EVENT = {
    "type": "object",
    "description": "Each event of the stream.",
    "required": ["event", "id", "data"],
    "properties": {
        "event": {"const": "progress"},
        "id": {"type": "string", "description": "For `Last-Event-ID`; the same facts have the same id."},
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {"$ref": "#/components/schemas/JobStatusResponse"},
        },
    },
}
ANSWERS = {
    "200": {
        "description": "A stream that ends after the final state.",
        "content": {
            "text/event-stream": {
                "schema": EVENT,
            }
        },
    },
    "204": {"description": "The end was seen already: do not come back."},
}


class EventController(Controller):
    """Progress while it happens."""

    path = "/mz-request/{request_id:str}/events"
    tags = ("Results",)

    @get(answers=ANSWERS, problems=(404,))
    async def watch(
        self,
        request_id: RequestIdPath,
        caller: NamedDependency[Caller],
        watch_request: NamedDependency[WatchRequest],
        last_event_id: LastEventId = None,
    ) -> Response[Any]:
        """Watch a request.

        Follows the newest making of its faces until its end, as server-sent events. Each event is called `progress`
        and carries what the job's status says at that moment. A client that comes back after it saw the end is
        answered 204, upon which an `EventSource` stays away.
        """
        views = await watch_request(caller.user_id, request_id)
        first = await anext(views)
        seen = event_id(first) == last_event_id
        if seen and first.state.is_final:
            return Response(None, status_code=204)
        return streamed(
            events(None if seen else first, views),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )
