"""The response of a model server."""

from dataclasses import dataclass
from typing import Any

import msgspec

from adapters.faces.model_server.failures import cannot_make, log, unavailable, unusable


@dataclass(frozen=True, slots=True)
class FaceUrls:
    """The addresses of the files that the server made."""

    portrait: str
    video: str | None
    """None when only the portrait could be made."""


class _Response(msgspec.Struct):
    status_code: int
    voice_image_url: str | None = None
    voice_video_url: str | None = None
    error: Any = None


def read_response(body: bytes) -> FaceUrls:
    """Return the addresses in a response; raises `FaceFailed` when it reports an error or cannot be understood."""
    try:
        response = msgspec.json.decode(body, type=_Response)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise unusable(f"{error}, in {body[:200]!r}") from error
    match response:
        case _Response(status_code=200, voice_image_url=str(portrait), voice_video_url=str(video)):
            return FaceUrls(portrait, video)
        case _Response(status_code=404, voice_image_url=str(portrait)):
            log.warning("the model server made no video: %r", response.error)
            return FaceUrls(portrait, None)
        case _Response(status_code=200 | 404):
            raise unusable(f"addresses are missing in {response}")
        case _Response(status_code=status) if status >= 500:
            raise unavailable(response)
        case _:
            raise cannot_make(response)
