"""What a blob key may look like, so that none can leave a store's own room."""

LONGEST_KEY = 1024
"""Bytes: S3's limit."""

ANY_BYTES = "application/octet-stream"


def require_key(key: str) -> None:
    """Raise ValueError unless the key is a plain relative path, none of whose parts starts with a dot.

    Keys are ours, so a refusal is a fault of ours; the check is there for the day when one is not.
    """
    if not is_key(key):
        raise ValueError(f"not a blob key: {key!r}")


def is_key(text: str) -> bool:
    """Tell whether it could be a key of ours; a bucket may hold what somebody else has put there."""
    return _is_plain(text) and not any(part == "" or part.startswith(".") for part in text.split("/"))


def require_prefix(prefix: str) -> None:
    """Raise ValueError unless some key could start with the prefix; the empty one stands for all keys."""
    *folders, _ = prefix.split("/")
    if not _is_plain(prefix) or any(part == "" or part.startswith(".") for part in folders):
        raise ValueError(f"not a prefix of blob keys: {prefix!r}")


def require_range(start: int, length: int | None) -> None:
    """Raise ValueError for a range that starts or extends below nothing."""
    if start < 0 or (length is not None and length < 0):
        raise ValueError(f"not a range of bytes: from {start}, {length} long")


def _is_plain(text: str) -> bool:
    return "\\" not in text and text.isprintable() and len(text.encode()) <= LONGEST_KEY
