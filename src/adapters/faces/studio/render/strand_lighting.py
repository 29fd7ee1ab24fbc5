"""How a strand of hair reflects the light of the lamps, after Kajiya and Kay (1989)."""

import math

from adapters.faces.studio.design.appearance import Ambience
from adapters.faces.studio.design.colour import Rgb
from adapters.faces.studio.render.kernels import inlined
from adapters.faces.studio.render.lamps import LAMPS, lamp_at
from adapters.faces.studio.render.lighting import ambient_light, lamp_share
from adapters.faces.studio.render.materials.surface import Point, raised
from adapters.faces.studio.render.noise import smoothstep
from adapters.faces.studio.render.vectors import Vector, add, dot, half_vector, scale, tint, unit


@inlined
def towards_camera(point: Point) -> Vector:
    """Return the normal of a ribbon on the side that the camera sees; a ribbon has no back."""
    x, y, z = point.normal
    return (-x, -y, -z) if dot(point.normal, point.to_camera) < 0 else (x, y, z)


@inlined
def strand_diffuse(facing: float, along: float) -> float:
    """Return the share of a lamp's light that a strand scatters.

    `facing` is the cosine between the lamp and the lock's normal, `along` that between lamp and strand: partly
    the lock's surface counts, partly the roundness of each fibre.
    """
    round_fibre = math.sqrt(max(0.0, 1 - along * along))
    return 0.45 * max(0.0, facing + 0.25) + 0.55 * round_fibre * smoothstep(-0.4, 0.5, facing)


@inlined
def strand_highlight(along_half: float, sharpness: float) -> float:
    """Return a highlight from the cosine between strand and half vector: a Gaussian for the sine's power."""
    return math.exp(-sharpness * along_half * along_half)


@inlined
def strand_specular(albedo: Rgb, along_half: float) -> Rgb:
    """Return the share of a lamp's light that a strand mirrors: a sharp white sheen, a broad tinted glow."""
    sheen = 0.12 * (0.16 * strand_highlight(along_half + 0.10, 30.0))
    glow = 0.30 * strand_highlight(along_half - 0.12, 9.0)
    return (sheen + glow * albedo[0], sheen + glow * albedo[1], sheen + glow * albedo[2])


@inlined
def light_strand(albedo: Rgb, point: Point, ambience: Ambience) -> Rgb:
    """Return the light that a strand of hair sends to the camera."""
    strand, normal, ambient = unit(point.rest), towards_camera(point), point.ambient
    scattered = scale(ambient_light(normal, ambience), ambient)
    mirrored = (0.0, 0.0, 0.0)
    for index in range(len(LAMPS)):
        lamp = lamp_at(index)
        reaching = lamp_share(index, ambient, point.key)
        diffuse = strand_diffuse(dot(normal, lamp.direction), dot(strand, lamp.direction))
        scattered = add(scattered, scale(lamp.colour, reaching * raised(ambient, 0.6) * diffuse))
        along_half = dot(strand, half_vector(lamp.direction, point.to_camera))
        lit = reaching * ambient * smoothstep(-0.2, 0.6, diffuse)
        mirrored = add(mirrored, tint(scale(lamp.colour, lit), strand_specular(albedo, along_half)))
    return add(tint(albedo, scattered), mirrored)
