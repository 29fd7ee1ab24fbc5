"""Voices and faces, by signed link."""

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Annotated, Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import PathParameter
from litestar.response import Redirect

from application.media.links import MediaRedirect, OpenedMedia, OpenMedia
from entrypoints.http.ranges import Validators, is_unchanged, wanted_slice
from entrypoints.http.streams import streamed

CACHING = "private, max-age=1800"

Token = Annotated[str, PathParameter(description="Signed token out of a link.")]

BYTES = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
ANSWERS = {
    "200": {"description": "The file.", "content": BYTES},
    "206": {
        "description": "The part that was asked for.",
        "content": BYTES,
        "headers": {"Content-Range": {"schema": {"type": "string"}}},
    },
    "304": {"description": "The client's copy is still good."},
    "307": {
        "description": "The file lies elsewhere.",
        "headers": {"Location": {"schema": {"type": "string", "format": "uri"}}},
    },
}


class MediaController(Controller):
    """What `<audio>`, `<img>` and `<video>` fetch: the link itself is the right to."""

    path = "/media"
    tags = ("Media",)

    @get("/{token:str}", answers=ANSWERS, problems=(404, 416))
    async def fetch(
        self, request: Request[Any, Any, Any], token: Token, open_media: NamedDependency[OpenMedia]
    ) -> Response[Any]:
        """Fetch a recording, a picture or a video.

        One byte range at a time, if wanted.
        """
        media = await open_media(token)
        if isinstance(media, MediaRedirect):
            return Redirect(media.address, status_code=307, headers={"Cache-Control": "no-store"})
        return await answer(request, media)


async def answer(request: Request[Any, Any, Any], media: OpenedMedia) -> Response[Any]:
    """Return the bytes that the client wants of a blob."""
    validators = Validators(media.size, media.modified_at)
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": CACHING,
        "Content-Disposition": "inline",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "ETag": validators.etag,
        "Last-Modified": validators.last_modified,
    }
    if is_unchanged(request.headers, validators):
        return Response(None, status_code=304, headers=headers)
    part = wanted_slice(request.headers, validators)
    headers["Content-Length"] = str(part.length)
    if part.is_partial:
        headers["Content-Range"] = part.content_range
    chunks = media.read(part.start, part.length)
    first = await anext(chunks, b"")  # what is gone is noticed before the answer begins
    return streamed(
        _joined(first, chunks),
        status_code=206 if part.is_partial else 200,
        media_type=media.media_type,
        headers=headers,
    )


async def _joined(first: bytes, rest: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    yield first
    async for chunk in rest:
        yield chunk
