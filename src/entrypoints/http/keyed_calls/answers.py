"""The answers that are kept, and how they are given again.

A handler that changes something for a caller, and answers with a body, says by its option `answer` how it is made from
what its use case returns. So the answer is known when the use case commits, and is kept in the same transaction.
"""

from collections.abc import Callable
from typing import Any, cast

from litestar import Request, Response
from litestar.enums import MediaType
from litestar.handlers import HTTPRouteHandler
from litestar.serialization import encode_json

from domain.keyed_call import KeptAnswer

REPLAYED = "Idempotency-Replayed"
"""The header of an answer that is given again."""


class AlreadyAnswered(Exception):
    """The call was made before; the handler has nothing to do any more."""

    def __init__(self, answer: KeptAnswer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def answer_of(handler: HTTPRouteHandler, returned: object) -> KeptAnswer:
    """Return how a handler answers when its use case returns this; headers are left out: they tell of the moment."""
    build = cast("Callable[[object], object] | None", handler.opt.get("answer"))
    if build is None:
        return KeptAnswer(status=handler.status_code, media_type="", body=b"")
    built = build(returned)
    content = built.content if isinstance(built, Response) else built
    return KeptAnswer(status=handler.status_code, media_type=MediaType.JSON, body=encode_json(content))


def answer_again(_request: Request[Any, Any, Any], made_before: AlreadyAnswered) -> Response[bytes]:
    """Return the answer that was kept."""
    answer = made_before.answer
    return Response(
        answer.body,
        status_code=answer.status,
        media_type=answer.media_type or None,
        headers={REPLAYED: "true"},
    )
