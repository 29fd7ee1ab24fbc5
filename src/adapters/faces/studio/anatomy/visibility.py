"""Leaves out hair that is never seen: locks lie in many layers, and the lower ones cost as much to draw."""

from collections.abc import Iterable

import numpy as np

from adapters.faces.studio.anatomy.ribbons import COLUMNS, Ribbons
from adapters.faces.studio.render.camera import Camera
from adapters.faces.studio.render.mesh import DrawMesh, Part
from adapters.faces.studio.render.rasterizer import rasterize

PROBE_SIZE = 512
"""Pixels of the pictures in which visibility is looked up."""
SEGMENT_TRIANGLES = 2 * (COLUMNS - 1)
"""Triangles of one step of a ribbon."""


def without_hidden(hair: Ribbons, meshes: Iterable[DrawMesh], camera: Camera) -> Ribbons:
    """Return the hair without the segments that no mesh shows; those next to one that is seen stay.

    `meshes` are the character in the poses that a video reaches, with this hair.
    """
    depth = np.empty((PROBE_SIZE, PROBE_SIZE), dtype=np.float32)
    owner = np.empty((PROBE_SIZE, PROBE_SIZE), dtype=np.int32)
    locks = len(hair.points) // (COLUMNS * hair.steps)
    seen = np.zeros((locks, hair.steps - 1), dtype=bool)
    for mesh in meshes:
        rasterize(camera.project(mesh.points, PROBE_SIZE), mesh.triangles, mesh.two_sided, depth, owner)
        shown = np.unique(owner[owner >= 0])
        first = int(np.flatnonzero(mesh.parts == Part.HAIR)[0])
        seen.ravel()[(shown[mesh.parts[shown] == Part.HAIR] - first) // SEGMENT_TRIANGLES] = True
    seen[:, 1:] |= seen[:, :-1]
    seen[:, :-1] |= seen[:, 1:]
    kept = np.asarray(seen.any(axis=1))
    return hair.only(kept).segments(seen[kept])
