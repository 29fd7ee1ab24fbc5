"""What one sample of the picture shows: it finds the point, asks its material, and lights it."""

from typing import NamedTuple

from adapters.faces.studio.design.appearance import Look
from adapters.faces.studio.design.colour import Rgb
from adapters.faces.studio.render.barycentric import Barycentric, interpolate, interpolate_vector, twice_area
from adapters.faces.studio.render.kernels import FloatArray, inlined
from adapters.faces.studio.render.materials.cloth import paint_shirt, shirt_cover
from adapters.faces.studio.render.materials.eye import catchlight, paint_eye
from adapters.faces.studio.render.materials.glasses import paint_glasses
from adapters.faces.studio.render.materials.hair import StrandPaint, strand_colour
from adapters.faces.studio.render.materials.lashes import paint_lash
from adapters.faces.studio.render.materials.mouth import THROAT, paint_teeth, paint_tongue
from adapters.faces.studio.render.materials.skin import SkinPaint, paint_skin
from adapters.faces.studio.render.materials.surface import Point, Surface
from adapters.faces.studio.render.mesh import DrawMesh, Paint, Part
from adapters.faces.studio.render.shadows import ShadowMap, shadow_at
from adapters.faces.studio.render.strand_lighting import light_strand
from adapters.faces.studio.render.surface_lighting import light_surface
from adapters.faces.studio.render.vectors import add, dot, scale, unit

EYE, LASH, TEETH, TONGUE, HAIR, GLASSES = (
    int(part) for part in (Part.EYE, Part.LASH, Part.TEETH, Part.TONGUE, Part.HAIR, Part.GLASSES)
)
LIPS, MOUTH, EYELID, EAR, SCALP, SHIRT = (
    int(paint) for paint in (Paint.LIPS, Paint.MOUTH, Paint.EYELID, Paint.EAR, Paint.SCALP, Paint.SHIRT)
)
ALONG, ACROSS, TINT = int(Paint.ALONG), int(Paint.ACROSS), int(Paint.TINT)


class Scene(NamedTuple):
    """All that a picture shows, as the shading kernels read it."""

    mesh: DrawMesh
    screen: FloatArray
    """x, y in samples and depth of each vertex."""
    occlusion: FloatArray
    """Share of the surroundings that each vertex sees."""
    shadows: ShadowMap
    camera: FloatArray
    """Where the camera stands, (3,)."""
    look: Look
    backdrop: FloatArray
    """Light behind the figure, (height, width, 3)."""


@inlined
def place_in(triangle: int, x: int, y: int, scene: Scene) -> Barycentric:
    """Return where a sample lies in a triangle."""
    triangles, screen = scene.mesh.triangles, scene.screen
    a, b, c = triangles[triangle, 0], triangles[triangle, 1], triangles[triangle, 2]
    sample = (x + 0.5, y + 0.5)
    corner_a, corner_b, corner_c = (
        (screen[a, 0], screen[a, 1]),
        (screen[b, 0], screen[b, 1]),
        (screen[c, 0], screen[c, 1]),
    )
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
    return Point(
        interpolate_vector(mesh.rest, place),
        unit(interpolate_vector(mesh.normals, place)),
        unit(to_camera),
        place.weight_a * occlusion[place.a]
        + place.weight_b * occlusion[place.b]
        + place.weight_c * occlusion[place.c],
        shadow_at(position, scene.shadows),
    )


@inlined
def skin_paint(paint: FloatArray, place: Barycentric) -> SkinPaint:
    """Return what is painted on the skin at a place in a triangle."""
    return SkinPaint(
        interpolate(paint, LIPS, place),
        interpolate(paint, MOUTH, place),
        interpolate(paint, EYELID, place),
        interpolate(paint, EAR, place),
        interpolate(paint, SCALP, place),
        interpolate(paint, SHIRT, place),
    )


@inlined
def strand_paint(paint: FloatArray, place: Barycentric) -> StrandPaint:
    """Return what is painted on a strand of hair at a place in a triangle."""
    return StrandPaint(
        interpolate(paint, ALONG, place), interpolate(paint, ACROSS, place), interpolate(paint, TINT, place)
    )


@inlined
def surface_at(part: int, point: Point, place: Barycentric, scene: Scene) -> Surface:
    """Return the material of a point that is not hair."""
    look, paint = scene.look, scene.mesh.paint
    if part == EYE:
        return paint_eye(point, look.eyes)
    if part == TEETH:
        return paint_teeth(point)
    if part == TONGUE:
        return paint_tongue(point)
    if part == GLASSES:
        return paint_glasses(point)
    if part == LASH:
        return paint_lash(point, look.eyes.lashes)
    shirt = interpolate(paint, SHIRT, place)
    if shirt_cover(shirt) == 1:
        return paint_shirt(point, shirt, look.shirt)
    return paint_skin(point, skin_paint(paint, place), look)


@inlined
def towards_camera(point: Point) -> Point:
    """Return a point of a ribbon, whose normal may point either way, with the one that the camera sees."""
    x, y, z = point.normal
    normal = (-x, -y, -z) if dot(point.normal, point.to_camera) < 0 else (x, y, z)
    return Point(point.rest, normal, point.to_camera, point.ambient, point.key)


@inlined
def shade_sample(x: int, y: int, triangle: int, scene: Scene) -> Rgb:
    """Return the light that one sample of the picture receives."""
    mesh, ambience = scene.mesh, scene.look.ambience
    part = mesh.parts[triangle]
    place = place_in(triangle, x, y, scene)
    if place.area < 0 and part != HAIR and part != LASH:
        return THROAT
    point = point_at(place, scene)
    if part == HAIR:
        albedo = strand_colour(strand_paint(mesh.paint, place), scene.look.hair)
        return scale(light_strand(albedo, towards_camera(point), ambience), ambience.exposure)
    colour = light_surface(surface_at(part, point, place, scene), point, ambience)
    if part == EYE:
        glint = catchlight(point)
        colour = add(colour, (glint, glint, glint))
    return scale(colour, ambience.exposure)
