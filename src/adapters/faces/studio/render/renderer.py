"""Draws a mesh under the studio's lamps: project, rasterize, draw the shadow map, shade."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.design.appearance import Appearance
from adapters.faces.studio.design.colour import Rgb
from adapters.faces.studio.render.camera import Camera
from adapters.faces.studio.render.curves import smoothstep
from adapters.faces.studio.render.kernels import FloatArray
from adapters.faces.studio.render.lamps import KEY, LAMPS
from adapters.faces.studio.render.mesh import DrawMesh
from adapters.faces.studio.render.rasterizer import rasterize
from adapters.faces.studio.render.scene import Scene
from adapters.faces.studio.render.shadows import shadow_map
from adapters.faces.studio.render.supersampling import Samples, shade
from adapters.faces.studio.render.tone_mapping import write_picture

Picture = NDArray[np.uint8]
"""Height, width, RGB."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How finely a picture is drawn."""

    samples: int
    """Samples per pixel in each direction."""
    shadow_resolution: int


PORTRAIT = Quality(samples=3, shadow_resolution=400)
FRAME = Quality(samples=2, shadow_resolution=320)


@dataclass(frozen=True, slots=True)
class Backdrop:
    """What is behind the figure: as light, which edges blend with, and as a finished picture."""

    light: FloatArray
    picture: Picture


def backdrop(size: int, middle: Rgb, edge: Rgb) -> Backdrop:
    """Return a backdrop that darkens away from behind the head."""
    y, x = np.mgrid[0:size, 0:size] / size
    away = smoothstep(0.0, 0.75, np.hypot(x - 0.5, y - 0.42))[..., None]
    light = np.ascontiguousarray(np.array(middle) * (1 - away) + np.array(edge) * away, dtype=np.float32)
    picture = np.empty((size, size, 3), dtype=np.uint8)
    write_picture(light, picture)
    return Backdrop(light, picture)


class Renderer:
    """Draws pictures of one size, and keeps the buffers for it; two threads must not use one at the same time."""

    def __init__(self, size: int, quality: Quality) -> None:
        self._size = size
        self._quality = quality
        samples = size * quality.samples
        self._depth = np.empty((samples, samples), dtype=np.float32)
        self._triangle_ids = np.empty((samples, samples), dtype=np.int32)

    def look(self, mesh: DrawMesh, camera: Camera) -> tuple[FloatArray, Samples]:
        """Return where the vertices are on the screen (vertices, 3), and what each sample shows until the next call."""
        screen = camera.project(mesh.points, self._size * self._quality.samples)
        rasterize(screen, mesh.triangles, mesh.two_sided, self._depth, self._triangle_ids)
        return screen, Samples(self._triangle_ids, self._depth, self._quality.samples)

    def draw(
        self, mesh: DrawMesh, occlusion: FloatArray, camera: Camera, appearance: Appearance, behind: Backdrop
    ) -> Picture:
        """Return a new picture of the mesh before a backdrop, (size, size, 3)."""
        quality = self._quality
        screen, samples = self.look(mesh, camera)
        picture = behind.picture.copy()
        shade(
            samples,
            Scene(
                mesh=mesh,
                screen=screen,
                occlusion=occlusion,
                shadows=shadow_map(mesh, LAMPS[KEY, :3], quality.shadow_resolution),
                camera=camera.position,
                appearance=appearance,
                backdrop=behind.light,
            ),
            picture,
        )
        return picture
