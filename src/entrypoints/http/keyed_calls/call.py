"""An HTTP request with an idempotency key."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, cast

import msgspec
from litestar.connection import ASGIConnection
from litestar.datastructures import Headers
from litestar.handlers import HTTPRouteHandler
from litestar.types import HTTPScope

from application.keyed_calls.begin import BeginCall, BeginCallCommand
from application.keyed_calls.running import RunningCall
from domain.ids import UserId
from domain.keyed_call import KeptAnswer
from entrypoints.http.keyed_calls.answers import AlreadyAnswered, answer_of
from entrypoints.http.request_errors import RequestRefused

KEY_HEADER = "Idempotency-Key"
LONGEST_KEY = 255
KEY_PATTERN = r"^[!-~]+$"
"""Visible ASCII."""
CHANGING_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})

_STATE = "keyed_request"


class KeyMalformed(RequestRefused):
    """The idempotency key is none, or there are several."""

    status = HTTPStatus.BAD_REQUEST
    code = "key_malformed"
    sentence = f"Send one {KEY_HEADER} of 1 to {LONGEST_KEY} visible ASCII characters, without spaces."


class KeyedRequest:
    """A request with a key, which counts once its caller is known: without a token nothing is kept."""

    def __init__(self, scope: HTTPScope, begin_call: BeginCall) -> None:
        self.running = RunningCall(self._answer_to)
        self._scope = scope
        self._begin_call = begin_call
        self._user_id: UserId | None = None
        self._key = ""
        scope["state"][_STATE] = self

    @classmethod
    def of(cls, connection: ASGIConnection[Any, Any, Any, Any]) -> "KeyedRequest | None":
        """Return what was made of a connection before, None for a request without a key."""
        return cast("KeyedRequest | None", connection.scope["state"].get(_STATE))

    def is_from(self, user_id: UserId) -> None:
        """Take the caller; raises `KeyMalformed`."""
        self._key = key_in(Headers.from_scope(self._scope))
        self._user_id = user_id

    async def was_begun(self) -> bool:
        """Tell whether a call was begun under this key."""
        return self._user_id is not None and await self._begin_call.was_begun(self._user_id, self._key)

    async def begin(self, fields: msgspec.Struct | None = None, file_digest: bytes = b"") -> None:
        """Begin the call, for all that was sent; raises `AlreadyAnswered`, and as `BeginCall` does.

        The fields count as they were read, so that a form is the same however it is encoded. Does nothing without a
        caller.
        """
        if self._user_id is None:
            return
        sent = self._sent(fields, file_digest)
        found = await self._begin_call(BeginCallCommand(user_id=self._user_id, key=self._key, sent=sent))
        if isinstance(found, KeptAnswer):
            raise AlreadyAnswered(found)
        self.running.begun = found

    def _sent(self, fields: msgspec.Struct | None, file_digest: bytes) -> Sequence[bytes]:
        method, path, query = self._scope["method"], self._scope["path"], self._scope["query_string"]
        return method.encode(), path.encode(), query, msgspec.json.encode(fields), file_digest

    def _answer_to(self, returned: object) -> KeptAnswer:
        return answer_of(cast("HTTPRouteHandler", self._scope["route_handler"]), returned)


def key_in(headers: Headers) -> str:
    """Return the key of a request that has one; raises `KeyMalformed`."""
    keys = headers.getall(KEY_HEADER)
    if len(keys) != 1 or len(keys[0]) > LONGEST_KEY or not re.fullmatch(KEY_PATTERN, keys[0]):
        raise KeyMalformed
    return keys[0]
