"""Checks of blob keys, of prefixes of keys, and of ranges of bytes.

A key that passes cannot lead out of the folder or the bucket of a blob storage.
"""

LONGEST_KEY_BYTES = 1024
"""S3's limit."""


def require_key(key: str) -> None:
    """Raise ValueError unless the key is a plain relative path, none of whose parts starts with a dot.

    All keys are made by this service, so the error means a mistake in the code.
    """
    if not is_key(key):
        raise ValueError(f"not a blob key: {key!r}")


def is_key(text: str) -> bool:
    """Return whether a name can be a blob key; a bucket or a folder may hold files of other programs."""
    return _is_plain(text) and not any(part == "" or part.startswith(".") for part in text.split("/"))


def require_prefix(prefix: str) -> None:
    """Raise ValueError unless a key can start with the prefix; the empty prefix stands for all keys."""
    *folders, _ = prefix.split("/")
    if not _is_plain(prefix) or any(part == "" or part.startswith(".") for part in folders):
        raise ValueError(f"not a prefix of blob keys: {prefix!r}")


def require_range(start: int, length: int | None) -> None:
    """Raise ValueError for a range with a negative start or length."""
    if start < 0 or (length is not None and length < 0):
        raise ValueError(f"not a range of bytes: from {start}, {length} long")


def _is_plain(text: str) -> bool:
    return "\\" not in text and text.isprintable() and len(text.encode()) <= LONGEST_KEY_BYTES
