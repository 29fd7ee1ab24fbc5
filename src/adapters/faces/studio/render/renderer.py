"""Draws a mesh under the studio's lamps: projects, rasterizes, shadows, shades."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.design.appearance import Look
from adapters.faces.studio.design.colour import Rgb
from adapters.faces.studio.render.camera import Camera
from adapters.faces.studio.render.curves import smoothstep
from adapters.faces.studio.render.developing import develop
from adapters.faces.studio.render.kernels import FloatArray
from adapters.faces.studio.render.lamps import KEY, lamps
from adapters.faces.studio.render.lighting import Lighting
from adapters.faces.studio.render.mesh import DrawMesh
from adapters.faces.studio.render.occlusion import shadow_map
from adapters.faces.studio.render.rasterizer import rasterize
from adapters.faces.studio.render.sampling import Geometry
from adapters.faces.studio.render.shading import shade

Picture = NDArray[np.uint8]
"""Height, width, RGB."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What a picture may cost."""

    samples: int
    """Samples a pixel in each direction."""
    shadow_resolution: int


PORTRAIT = Quality(samples=3, shadow_resolution=400)
FRAME = Quality(samples=2, shadow_resolution=320)


@dataclass(frozen=True, slots=True)
class Backdrop:
    """What is behind the figure: as light, for edges to blend with, and as a finished picture."""

    light: FloatArray
    picture: Picture


def backdrop(size: int, middle: Rgb, edge: Rgb) -> Backdrop:
    """Return a backdrop that darkens away from behind the head."""
    y, x = np.mgrid[0:size, 0:size] / size
    away = smoothstep(0.0, 0.75, np.hypot(x - 0.5, y - 0.42))[..., None]
    light = np.ascontiguousarray(np.array(middle) * (1 - away) + np.array(edge) * away, dtype=np.float32)
    picture = np.empty((size, size, 3), dtype=np.uint8)
    develop(light, picture)
    return Backdrop(light, picture)


class Renderer:
    """Keeps the buffers of one picture size; not for use by two threads at once."""

    def __init__(self, size: int, quality: Quality) -> None:
        self._size = size
        self._quality = quality
        samples = size * quality.samples
        self._depth = np.empty((samples, samples), dtype=np.float32)
        self._owner = np.empty((samples, samples), dtype=np.int32)
        self._lamps = lamps()

    def draw(
        self, mesh: DrawMesh, occlusion: FloatArray, camera: Camera, look: Look, behind: Backdrop
    ) -> Picture:
        """Return a new picture of the mesh before a backdrop (size, size, 3)."""
        quality = self._quality
        screen = camera.project(mesh.points, self._size * quality.samples)
        rasterize(screen, mesh.triangles, mesh.two_sided, self._depth, self._owner)
        shadows = shadow_map(mesh, self._lamps[KEY, :3], quality.shadow_resolution)
        picture = behind.picture.copy()
        shade(
            self._owner,
            self._depth,
            Geometry(
                screen,
                mesh.points,
                mesh.normals,
                mesh.rest,
                mesh.paint,
                mesh.triangles,
                mesh.parts,
                occlusion,
            ),
            Lighting(camera.eye, self._lamps, shadows.depth, shadows.matrix),
            look,
            behind.light,
            quality.samples,
            picture,
        )
        return picture
