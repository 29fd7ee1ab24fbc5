"""How many pieces a file may consist of: c2pa, which parses it next, needs up to their square."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from adapters.credentials.metadata.malformed import Malformed

MOST_PIECES = 16_384
"""Chunks or segments of a picture: libpng writes 128 MB as so many."""
MOST_BOXES = 4_096
"""Boxes of a film on all levels: a film in fragments has about ten for each."""

MOST_SUPERBOXES = 1_000
"""Of the credentials that a file came with: a claim has about ten, and holds those of what it was made of."""
LARGEST_CREDENTIALS = 2 * 1024 * 1024
"""Bytes: they may hold small pictures of what a file was made of."""
DESCRIPTION = b"jumd"
"""The box with which each superbox begins (JUMBF, ISO 19566-5)."""

T = TypeVar("T")


def at_most(most: int, pieces: Iterable[T]) -> Iterator[T]:
    """Yield the pieces; raises `Malformed` when there are more."""
    for number, piece in enumerate(pieces):
        if number >= most:
            raise Malformed(f"a file of more than {most} pieces")
        yield piece


def require_few_claims(credentials: Iterable[bytes]) -> None:
    """Raise `Malformed` for credentials that take long to verify, given in pieces as the file holds them.

    The names of boxes are counted wherever they are, so that no way to read boxes finds more of them. A name may be
    spread over pieces, so each piece counts, too.
    """
    size = count = 0
    for piece in credentials:
        size += len(piece)
        count += 1 + piece.count(DESCRIPTION)
        if size > LARGEST_CREDENTIALS:
            raise Malformed("a file with huge credentials of its own")
        if count > MOST_SUPERBOXES:
            raise Malformed(f"a file whose own credentials have more than {MOST_SUPERBOXES} boxes")
