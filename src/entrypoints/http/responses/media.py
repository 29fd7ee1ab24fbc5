"""Responses with a stored file, or a part of one."""

from typing import Any

from litestar import Response
from litestar.datastructures import Headers
from litestar.response import Redirect

from application.media.links import MediaRedirect, OpenedMedia
from entrypoints.http.responses.closing_stream import closing_stream
from entrypoints.http.responses.ranges import Validators, is_unchanged, requested_range

SAFETY = {
    "Content-Security-Policy": "sandbox",  # whatever a file holds, no script of it runs when a browser opens it
    "Cross-Origin-Resource-Policy": "cross-origin",
}


async def media_response(headers: Headers, media: MediaRedirect | OpenedMedia) -> Response[Any]:
    """Return a redirect to the file, or the bytes of it that the request headers ask for."""
    if isinstance(media, MediaRedirect):
        return Redirect(media.address, status_code=307, headers={"Cache-Control": "no-store", **SAFETY})
    validators = Validators(media.size, media.modified_at)
    if is_unchanged(headers, validators):
        return Response(None, status_code=304, headers=_headers(media, validators))
    part = requested_range(headers, validators)
    partial = {"Content-Range": part.content_range} if part.is_partial else {}
    chunks = media.read(part.start, part.length)
    first = await anext(chunks, b"")  # raises before the response begins if the file is gone
    return closing_stream(
        chunks,
        first=first,
        status_code=206 if part.is_partial else 200,
        media_type=media.media_type,
        headers={**_headers(media, validators), "Content-Length": str(part.length), **partial},
    )


def _headers(media: OpenedMedia, validators: Validators) -> dict[str, str]:
    """Return the headers of a file and its parts; a browser keeps its copy no longer than the link is valid."""
    return {
        **SAFETY,
        "Accept-Ranges": "bytes",
        "Cache-Control": f"private, max-age={int(media.valid_for.total_seconds())}",
        "Content-Disposition": f'attachment; filename="{media.file_name}"' if media.file_name else "inline",
        "ETag": validators.etag,
        "Last-Modified": validators.last_modified,
    }
