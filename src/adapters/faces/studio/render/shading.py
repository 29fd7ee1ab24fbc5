"""Shading of one sample: find its point, then the material of the point, then its light."""

from adapters.faces.studio.design.colour import Rgb
from adapters.faces.studio.render.barycentric import Barycentric, interpolate
from adapters.faces.studio.render.kernels import inlined
from adapters.faces.studio.render.materials.cloth import paint_shirt, shirt_cover
from adapters.faces.studio.render.materials.eye import catchlight, paint_eye
from adapters.faces.studio.render.materials.glasses import paint_glasses
from adapters.faces.studio.render.materials.hair import strand_colour
from adapters.faces.studio.render.materials.lashes import paint_lash
from adapters.faces.studio.render.materials.mouth import THROAT, paint_teeth, paint_tongue
from adapters.faces.studio.render.materials.skin import paint_skin
from adapters.faces.studio.render.materials.surface import Point, Surface
from adapters.faces.studio.render.mesh import Part
from adapters.faces.studio.render.scene import SHIRT, Scene, place_in, point_at, skin_paint, strand_paint
from adapters.faces.studio.render.strand_lighting import light_strand
from adapters.faces.studio.render.surface_lighting import light_surface
from adapters.faces.studio.render.vectors import add, scale

EYE, LASH, TEETH, TONGUE, HAIR, GLASSES = (
    int(part) for part in (Part.EYE, Part.LASH, Part.TEETH, Part.TONGUE, Part.HAIR, Part.GLASSES)
)


@inlined
def surface_at(part: int, point: Point, place: Barycentric, scene: Scene) -> Surface:
    """Return the material of a point that is not hair."""
    appearance, paint = scene.appearance, scene.mesh.paint
    if part == EYE:
        return paint_eye(point, appearance.eyes)
    if part == TEETH:
        return paint_teeth(point)
    if part == TONGUE:
        return paint_tongue(point)
    if part == GLASSES:
        return paint_glasses(point)
    if part == LASH:
        return paint_lash(point, appearance.eyes.lashes)
    shirt = interpolate(paint, SHIRT, place)
    if shirt_cover(shirt) == 1:
        return paint_shirt(point, shirt, appearance.shirt)
    return paint_skin(point, skin_paint(paint, place), appearance)


@inlined
def shade_sample(x: int, y: int, triangle: int, scene: Scene) -> Rgb:
    """Return the light that one sample of the picture receives."""
    mesh, appearance = scene.mesh, scene.appearance
    part = mesh.parts[triangle]
    place = place_in(triangle, x, y, scene)
    if place.area < 0 and part != HAIR and part != LASH:
        return THROAT
    point = point_at(place, scene)
    if part == HAIR:
        colour = light_strand(
            strand_colour(strand_paint(mesh.paint, place), appearance.hair), point, appearance.ambience
        )
    else:
        colour = light_surface(surface_at(part, point, place, scene), point, appearance.ambience)
    if part == EYE:
        glint = catchlight(point)
        colour = add(colour, (glint, glint, glint))
    return scale(colour, appearance.ambience.exposure)
