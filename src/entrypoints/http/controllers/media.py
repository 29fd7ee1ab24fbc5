"""Recordings and faces, by signed link."""

from typing import Annotated, Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import PathParameter, QueryParameter

from application.media.links import OpenMedia
from entrypoints.http.responses.media import media_response

Token = Annotated[str, PathParameter(description="The signed token of a link.")]

Download = Annotated[
    str | None,
    QueryParameter(
        description="If it is there, with or without a value, the file is sent as an attachment with a name; "
        "a portrait or a video as the copy with the visible mark, if there is one.",
    ),
]

BYTES = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
SUCCESSES = {
    "200": {"description": "The file.", "content": BYTES},
    "206": {
        "description": "The part that was asked for.",
        "content": BYTES,
        "headers": {"Content-Range": {"schema": {"type": "string"}}},
    },
    "304": {"description": "The client's copy is current."},
    "307": {
        "description": "The file is at another address.",
        "headers": {"Location": {"schema": {"type": "string", "format": "uri"}}},
    },
}


class MediaController(Controller):
    """What `<audio>`, `<img>` and `<video>` load: they send no token, so the link itself gives access."""

    path = "/media"
    tags = ("Media",)

    @get("/{token:str}", successes=SUCCESSES, problems=(404, 416))
    async def fetch(
        self,
        request: Request[Any, Any, Any],
        token: Token,
        open_media: NamedDependency[OpenMedia],
        download: Download = None,
    ) -> Response[Any]:
        """Fetch a recording, a picture or a video.

        The whole file, or one byte range of it.
        """
        return await media_response(request.headers, await open_media(token, to_save=download is not None))
