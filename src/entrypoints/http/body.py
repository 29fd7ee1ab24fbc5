"""Request bodies: three content types, one struct."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec
from litestar import Request

from domain.errors import InvalidValue
from entrypoints.http.multipart import FileSink, read_multipart
from entrypoints.http.refusals import BodyCutOff, MalformedBody, TooLarge, UnsupportedContentType
from entrypoints.http.validation_messages import in_words

JSON = "application/json"
URL_ENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

LARGEST_TEXT_BODY = 1024 * 1024
MOST_FIELDS = 100

Body = TypeVar("Body", bound=msgspec.Struct)


async def read_body(request: Request[Any, Any, Any], kind: type[Body]) -> Body:
    """Return the fields of a form or a JSON object as a struct; what the struct does not know is ignored.

    Raises `RequestRefused` for what cannot be read, `InvalidValue` for what cannot be used.
    """
    media_type, options = request.content_type
    wanted = frozenset(kind.__struct_fields__)
    if media_type == MULTIPART:
        chunks = stream(request, LARGEST_TEXT_BODY)
        return convert(await read_multipart(chunks, options.get("boundary", ""), wanted), kind)
    body = b"".join([chunk async for chunk in stream(request, LARGEST_TEXT_BODY)])
    if not media_type and not body:
        return convert({}, kind)
    match media_type:
        case "application/json":
            return convert(_json_object(body), kind, strict=True)
        case "application/x-www-form-urlencoded":
            return convert(_form(body, wanted), kind)
        case _:
            raise UnsupportedContentType(MULTIPART, URL_ENCODED, JSON)


async def read_upload(request: Request[Any, Any, Any], kind: type[Body], file: FileSink, limit: int) -> Body:
    """Return the text fields of a multipart form as a struct, its file having gone into the sink."""
    media_type, options = request.content_type
    if media_type != MULTIPART:
        raise UnsupportedContentType(MULTIPART)
    wanted = frozenset(kind.__struct_fields__)
    fields = await read_multipart(stream(request, limit), options.get("boundary", ""), wanted, file)
    return convert(fields, kind)


async def stream(request: Request[Any, Any, Any], limit: int) -> AsyncIterator[bytes]:
    """Yield the body as it arrives; raises `RequestRefused` as soon as it is, or says it is, too large."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise TooLarge
    received, more = 0, True
    while more:
        message = await request.receive()
        if message["type"] != "http.request":
            raise BodyCutOff
        received += len(message["body"])
        if received > limit:
            raise TooLarge
        if message["body"]:
            yield message["body"]
        more = message.get("more_body", False)


def convert(fields: Mapping[str, Any], kind: type[Body], *, strict: bool = False) -> Body:
    """Return the fields as a struct; numbers may come as text unless it is strict. Raises `InvalidValue`."""
    for name in kind.__struct_fields__:
        if isinstance(value := fields.get(name), str) and "\x00" in value:
            raise InvalidValue(name, f"«{name}» contains a character that is no text.")
    try:
        return msgspec.convert(fields, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise in_words(error, kind) from error


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedBody from error
    if not isinstance(value, dict):
        raise MalformedBody("Send a JSON object, with the fields in it.")
    return {name: _whole(member) for name, member in value.items()}


def _whole(value: Any) -> Any:
    """Return 4.0 as 4: one number to JSON Schema, and to every client in JavaScript."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _form(body: bytes, wanted: frozenset[str]) -> dict[str, str]:
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as error:  # bytes that are no UTF-8, or far too many fields
        raise MalformedBody("The form cannot be read; send it as UTF-8.") from error
    fields: dict[str, str] = {}
    for name, value in pairs:
        if name in fields:
            raise InvalidValue(name, f"Send «{name}» once.")
        if name in wanted:
            fields[name] = value
    return fields
