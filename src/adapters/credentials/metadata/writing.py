"""Writes what a file is to say of itself, by its ending."""

from pathlib import Path

from adapters.credentials.metadata import jpeg, mp4, png, webp
from adapters.credentials.metadata.statement import Statement

_OF_PICTURES = {
    ".png": png.with_statement,
    ".jpg": jpeg.with_statement,
    ".jpeg": jpeg.with_statement,
    ".webp": webp.with_statement,
}


def write_with_statement(source: Path, target: Path, statement: Statement) -> None:
    """Write a picture or a film with a statement; raises `Malformed`, `OSError`, and `KeyError` for another ending."""
    suffix = source.suffix.lower()
    if suffix == ".mp4":
        mp4.write_with_statement(source, target, statement)
    else:
        target.write_bytes(_OF_PICTURES[suffix](source.read_bytes(), statement))
