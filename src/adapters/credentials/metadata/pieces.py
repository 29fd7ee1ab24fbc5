"""How many pieces a file may consist of: c2pa, which parses it next, needs up to their square."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from adapters.credentials.metadata.malformed import Malformed

MOST_PIECES = 16_384
"""Chunks or segments of a picture: libpng writes 128 MB as so many."""
MOST_BOXES = 4_096
"""Boxes of a film on all levels: a film in fragments has about ten for each."""

T = TypeVar("T")


def at_most(most: int, pieces: Iterable[T]) -> Iterator[T]:
    """Yield the pieces; raises `Malformed` when there are more."""
    for number, piece in enumerate(pieces):
        if number >= most:
            raise Malformed(f"a file of more than {most} pieces")
        yield piece
