"""What a model server answers."""

from dataclasses import dataclass
from typing import Any

import msgspec

from adapters.faces.model_server.failures import log, refused, silent, unusable


@dataclass(frozen=True, slots=True)
class Made:
    """Where the files lie; without a video when only the picture could be made."""

    picture_url: str
    video_url: str | None


class _Answer(msgspec.Struct):
    status_code: int
    voice_image_url: str | None = None
    voice_video_url: str | None = None
    error: Any = None


def read_answer(body: bytes) -> Made:
    """Return what the server says it has made; raises `FaceFailed` if it says, or means, nothing of the kind."""
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise unusable(f"{error}, in {body[:200]!r}") from error
    match answer:
        case _Answer(status_code=200, voice_image_url=str(picture), voice_video_url=str(video)):
            return Made(picture, video)
        case _Answer(status_code=404, voice_image_url=str(picture)):
            log.warning("the model server made no video: %r", answer.error)
            return Made(picture, None)
        case _Answer(status_code=200 | 404):
            raise unusable(f"addresses are missing in {answer}")
        case _Answer(status_code=status) if status >= 500:
            raise silent(answer)
        case _:
            raise refused(answer)
