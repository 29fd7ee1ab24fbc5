"""What a blob key may look like, so that none can leave a store's own room."""

LONGEST_KEY = 1024
"""Bytes: S3's limit."""

MEDIA_TYPES = {
    ".aac": "audio/aac",
    ".aiff": "audio/aiff",
    ".amr": "audio/amr",
    ".au": "audio/basic",
    ".caf": "audio/x-caf",
    ".flac": "audio/flac",
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
"""What the ending of a key tells, where a store does not keep the type itself."""
ANY_BYTES = "application/octet-stream"


def require_key(key: str) -> None:
    """Raise ValueError unless the key is a plain relative path, none of whose parts starts with a dot.

    Keys are ours, so a refusal is a fault of ours; the check is there for the day when one is not.
    """
    if any(part == "" or part.startswith(".") for part in key.split("/")):
        raise ValueError(f"not a blob key: {key!r}")
    _require_plain(key)


def require_prefix(prefix: str) -> None:
    """Raise ValueError unless some key could start with the prefix; the empty one stands for all keys."""
    *folders, _ = prefix.split("/")
    if any(part == "" or part.startswith(".") for part in folders):
        raise ValueError(f"not a prefix of blob keys: {prefix!r}")
    _require_plain(prefix)


def require_range(start: int, length: int | None) -> None:
    """Raise ValueError for a range that starts or extends below nothing."""
    if start < 0 or (length is not None and length < 0):
        raise ValueError(f"not a range of bytes: from {start}, {length} long")


def _require_plain(text: str) -> None:
    if "\\" in text or not text.isprintable() or len(text.encode()) > LONGEST_KEY:
        raise ValueError(f"not for a blob key or prefix: {text!r}")
