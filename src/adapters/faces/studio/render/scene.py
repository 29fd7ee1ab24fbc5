"""The scene that a picture shows, and the point of it that a sample lies on."""

from typing import NamedTuple

from adapters.faces.studio.design.appearance import Appearance
from adapters.faces.studio.render.barycentric import Barycentric, interpolate, interpolate_vector, twice_area
from adapters.faces.studio.render.kernels import FloatArray, inlined
from adapters.faces.studio.render.materials.hair import StrandPaint
from adapters.faces.studio.render.materials.skin import SkinPaint
from adapters.faces.studio.render.materials.surface import Point
from adapters.faces.studio.render.mesh import DrawMesh, SkinColumn, StrandColumn
from adapters.faces.studio.render.shadows import ShadowMap, shadow_at
from adapters.faces.studio.render.vectors import unit

LIPS, MOUTH, EYELID, EAR, SCALP, SHIRT = (
    int(column)
    for column in (
        SkinColumn.LIPS,
        SkinColumn.MOUTH,
        SkinColumn.EYELID,
        SkinColumn.EAR,
        SkinColumn.SCALP,
        SkinColumn.SHIRT,
    )
)
ALONG, ACROSS, TINT = int(StrandColumn.ALONG), int(StrandColumn.ACROSS), int(StrandColumn.TINT)


class Scene(NamedTuple):
    """All that the kernels read to shade a picture."""

    mesh: DrawMesh
    screen: FloatArray
    """x, y in samples and depth in decimetres of each vertex, (vertices, 3)."""
    occlusion: FloatArray
    """Share of the light from all around that reaches each vertex, (vertices,)."""
    shadows: ShadowMap
    camera: FloatArray
    """Where the camera stands, (3,)."""
    appearance: Appearance
    backdrop: FloatArray
    """Light behind the figure, (height, width, 3)."""


@inlined
def place_in(triangle: int, x: int, y: int, scene: Scene) -> Barycentric:
    """Return where a sample lies in a triangle."""
    triangles, screen = scene.mesh.triangles, scene.screen
    a, b, c = triangles[triangle, 0], triangles[triangle, 1], triangles[triangle, 2]
    sample = (x + 0.5, y + 0.5)
    corner_a = (screen[a, 0], screen[a, 1])
    corner_b = (screen[b, 0], screen[b, 1])
    corner_c = (screen[c, 0], screen[c, 1])
    area = twice_area(corner_a, corner_b, corner_c)
    weight_a = twice_area(sample, corner_b, corner_c) / area
    weight_b = twice_area(sample, corner_c, corner_a) / area
    return Barycentric(a, b, c, weight_a, weight_b, 1.0 - weight_a - weight_b, area)


@inlined
def point_at(place: Barycentric, scene: Scene) -> Point:
    """Return the point of the figure at a place in a triangle."""
    mesh, camera, occlusion = scene.mesh, scene.camera, scene.occlusion
    position = interpolate_vector(mesh.points, place)
    to_camera = (camera[0] - position[0], camera[1] - position[1], camera[2] - position[2])
    ambient = (
        place.weight_a * occlusion[place.a]
        + place.weight_b * occlusion[place.b]
        + place.weight_c * occlusion[place.c]
    )
    return Point(
        rest=interpolate_vector(mesh.rest_or_direction, place),
        normal=unit(interpolate_vector(mesh.normals, place)),
        to_camera=unit(to_camera),
        ambient=ambient,
        key=shadow_at(position, scene.shadows),
    )


@inlined
def skin_paint(paint: FloatArray, place: Barycentric) -> SkinPaint:
    """Return what is painted on the skin at a place in a triangle."""
    return SkinPaint(
        lips=interpolate(paint, LIPS, place),
        mouth=interpolate(paint, MOUTH, place),
        eyelid=interpolate(paint, EYELID, place),
        ear=interpolate(paint, EAR, place),
        scalp=interpolate(paint, SCALP, place),
        shirt=interpolate(paint, SHIRT, place),
    )


@inlined
def strand_paint(paint: FloatArray, place: Barycentric) -> StrandPaint:
    """Return what is painted on a strand of hair at a place in a triangle."""
    return StrandPaint(
        along=interpolate(paint, ALONG, place),
        across=interpolate(paint, ACROSS, place),
        tint=interpolate(paint, TINT, place),
    )
