"""Finds the strips of MakeHuman's eyelashes in the mesh, and sorts the vertices of each into a grid."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from adapters.faces.studio.anatomy.asset import HeadAsset
from adapters.faces.studio.render.kernels import IntArray
from adapters.faces.studio.render.mesh import Part

ROWS = 5
"""Vertices across a strip, from the edge of the lid to the tips of the lashes."""

Quad = tuple[int, ...]
Side = frozenset[int]


def lash_strips(asset: HeadAsset) -> list[IntArray]:
    """Return a grid of vertices for each strip: rows from the lid outward, columns along the lid."""
    quads = [tuple(int(vertex) for vertex in quad) for quad in asset.quads[asset.parts == Part.LASH]]
    return [_from_lid_outward(asset, _grid(strip)) for strip in _connected(quads)]


def _connected(quads: list[Quad]) -> list[list[Quad]]:
    """Divide the quads into strips: quads that share a vertex belong together."""
    strips = []
    remaining = set(range(len(quads)))
    while remaining:
        strip = {remaining.pop()}
        while True:
            touched = {vertex for face in strip for vertex in quads[face]}
            more = {face for face in remaining if touched & set(quads[face])}
            if not more:
                break
            strip |= more
            remaining -= more
        strips.append([quads[face] for face in sorted(strip)])
    return strips


@dataclass(frozen=True, slots=True)
class _Strip:
    """The quads of one strip, and which of them meet where."""

    quads: list[Quad]
    faces_at: Counter[int]
    """How many quads use a vertex: 1 at the strip's four corners."""
    faces_of: dict[Side, list[int]]
    """The quads on each side of a quad; one on the border of the strip."""


def _analysed(quads: list[Quad]) -> _Strip:
    faces_at = Counter(vertex for quad in quads for vertex in quad)
    faces_of: dict[Side, list[int]] = {}
    for face, quad in enumerate(quads):
        for corner in range(4):
            faces_of.setdefault(frozenset((quad[corner], quad[corner - 1])), []).append(face)
    return _Strip(quads, faces_at, faces_of)


def _grid(quads: list[Quad]) -> IntArray:
    """Return the vertices (rows, columns) of a strip, beginning at one of its short ends."""
    strip = _analysed(quads)
    columns = [_first_column(strip)]
    visited: set[int] = set()
    while following := _next_column(strip, columns[-1], visited):
        columns.append(following)
    return np.array(columns, dtype=np.int32).T


def _first_column(strip: _Strip) -> list[int]:
    """Follow the border from each corner to the next one, until that way is a short end of the strip."""
    border = [side for side, faces in strip.faces_of.items() if len(faces) == 1]
    for corner in sorted(vertex for vertex, faces in strip.faces_at.items() if faces == 1):
        for second in sorted(vertex for side in border if corner in side for vertex in side - {corner}):
            column = [corner, second]
            while strip.faces_at[column[-1]] > 1:
                column += [vertex for side in border if column[-1] in side for vertex in side - set(column)]
            if len(column) == ROWS:
                return column
    raise ValueError("a strip of lashes has no end of the expected width")


def _next_column(strip: _Strip, column: list[int], visited: set[int]) -> list[int]:
    """Return the column beyond the quads that touch this one; empty at the strip's end.

    Marks these quads as visited.
    """
    following: dict[int, int] = {}
    for pair in pairwise(column):
        for face in strip.faces_of[frozenset(pair)]:
            if face not in visited:
                visited.add(face)
                following |= {vertex: _across(strip.quads[face], vertex, pair) for vertex in pair}
    return [following[vertex] for vertex in column] if following else []


def _across(quad: Quad, vertex: int, pair: tuple[int, int]) -> int:
    """Return the neighbour of a vertex in a quad that is not in the pair."""
    place = quad.index(vertex)
    before, after = quad[place - 1], quad[(place + 1) % 4]
    return after if before in pair else before


def _from_lid_outward(asset: HeadAsset, grid: IntArray) -> IntArray:
    """Turn a grid over where its first row lies further forward than its last one."""
    depth = asset.base[:, 2]
    return grid if depth[grid[0]].mean() < depth[grid[-1]].mean() else grid[::-1].copy()
