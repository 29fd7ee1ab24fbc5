"""Tells whether c2pa may read a file: by an upper bound of the work, which takes linear time to find."""

from pathlib import Path

from adapters.credentials.metadata import jpeg, mp4, png, webp
from adapters.credentials.metadata.malformed import Malformed

LARGEST_PICTURE = 64 * 1024 * 1024
"""Bytes of a picture, which is read as a whole; a photograph of a large camera has half of it."""

_OF_PICTURES = {
    ".png": png.require_bounded,
    ".jpg": jpeg.require_bounded,
    ".jpeg": jpeg.require_bounded,
    ".webp": webp.require_bounded,
}


def require_bounded(file: Path) -> None:
    """Raise `Malformed` for a picture or a film that c2pa would read for long, or that is not built as its ending says.

    Also raises `OSError`, and `KeyError` for another ending.
    """
    suffix = file.suffix.lower()
    if suffix == ".mp4":
        mp4.require_bounded(file)
    else:
        if file.stat().st_size > LARGEST_PICTURE:
            raise Malformed("a huge picture")
        _OF_PICTURES[suffix](file.read_bytes())
