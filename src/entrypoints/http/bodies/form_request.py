"""Requests with a body of named fields."""

from collections.abc import AsyncIterator
from typing import Any, Generic, TypeVar, cast

import msgspec
from litestar import Request
from litestar.handlers import BaseRouteHandler

from entrypoints.http.bodies.chunks import body_chunks
from entrypoints.http.bodies.decoding import decode_json, decode_url_encoded, to_struct
from entrypoints.http.bodies.multipart import FileSink, read_multipart
from entrypoints.http.keyed_calls.call import KeyedRequest
from entrypoints.http.request_errors import UnsupportedContentType

JSON = "application/json"
URL_ENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

LARGEST_BODY = 1024 * 1024

Fields = TypeVar("Fields", bound=msgspec.Struct)


class FormRequest(Request[Any, Any, Any], Generic[Fields]):
    """A request whose body holds the fields of a struct, as a form or as a JSON object.

    A handler names the struct in its signature, and nowhere else: `request: FormRequest[RateRequest]`. The document
    takes it from there, too. The handler reads the body itself, so a client without a token is refused before that.
    """

    async def read(self) -> Fields:
        """Return the fields; fields that the struct does not have are ignored.

        A call with an idempotency key begins with that. Raises `RequestRefused` for a body that cannot be read,
        `InvalidValue` for a field that cannot be used, and as `KeyedRequest.begin` does.
        """
        fields = await self._read_fields()
        if keyed := KeyedRequest.of(self):
            await keyed.begin(fields)
        return fields

    async def _read_fields(self) -> Fields:
        media_type, _ = self.content_type
        body = b"".join([chunk async for chunk in body_chunks(self, LARGEST_BODY)])
        if not body:  # has no fields, whatever type it is said to have
            return to_struct({}, self._struct)
        if media_type == MULTIPART:
            return await self._read_multipart(_at_once(body))
        if media_type == JSON:
            return to_struct(decode_json(body), self._struct, strict=True)
        if media_type == URL_ENCODED:
            return to_struct(decode_url_encoded(body, self._wanted), self._struct)
        raise UnsupportedContentType(MULTIPART, URL_ENCODED, JSON)

    async def read_with_file(self, file: FileSink, limit: int) -> Fields:
        """Return the fields of a multipart form, and write its file to `file`.

        The whole body may have `limit` bytes. Raises as `read` does; a call with an idempotency key begins with
        the file, which is read elsewhere.
        """
        media_type, _ = self.content_type
        if media_type != MULTIPART:
            raise UnsupportedContentType(MULTIPART)
        return await self._read_multipart(body_chunks(self, limit), file)

    async def _read_multipart(self, chunks: AsyncIterator[bytes], file: FileSink | None = None) -> Fields:
        _, options = self.content_type
        fields = await read_multipart(chunks, options.get("boundary", ""), self._wanted, file)
        return to_struct(fields, self._struct)

    @property
    def _struct(self) -> type[Fields]:
        return cast("type[Fields]", body_struct(self.route_handler))

    @property
    def _wanted(self) -> frozenset[str]:
        return frozenset(self._struct.__struct_fields__)


async def _at_once(body: bytes) -> AsyncIterator[bytes]:
    yield body


def body_struct(handler: BaseRouteHandler) -> type[msgspec.Struct] | None:
    """Return the struct that a handler names in `FormRequest[…]`, None for a handler that takes no body."""
    request = handler.parsed_fn_signature.parameters.get("request")
    return request.args[0] if request is not None and request.origin is FormRequest else None
