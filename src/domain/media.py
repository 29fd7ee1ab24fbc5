"""The media types of the files that the service stores."""

from pathlib import PurePosixPath

MEDIA_TYPES = {
    ".aac": "audio/aac",
    ".aiff": "audio/aiff",
    ".amr": "audio/amr",
    ".au": "audio/basic",
    ".caf": "audio/x-caf",
    ".flac": "audio/flac",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".m4a": "audio/mp4",
    ".mka": "audio/x-matroska",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".ogg": "audio/ogg",
    ".png": "image/png",
    ".w64": "audio/x-w64",
    ".wav": "audio/wav",
    ".webm": "audio/webm",
    ".webp": "image/webp",
}
"""The media type (RFC 6838) of each file ending that recordings, portraits, videos and loops are stored with."""


def media_type_of(name: str) -> str:
    """Return the media type of a blob key or a file name by its ending; raises `KeyError` for any other ending."""
    return MEDIA_TYPES[PurePosixPath(name).suffix]
