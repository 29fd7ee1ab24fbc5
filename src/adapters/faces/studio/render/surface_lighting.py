"""How surfaces reflect the light of the lamps: soft skin and cloth, glossy lips and glasses."""

import math

from adapters.faces.studio.design.appearance import Ambience
from adapters.faces.studio.design.colour import Rgb
from adapters.faces.studio.render.kernels import inlined
from adapters.faces.studio.render.lamps import LAMPS, Lamp, lamp_at
from adapters.faces.studio.render.lighting import ambient_light, lamp_share, sky_share
from adapters.faces.studio.render.materials.surface import Point, Surface, raised
from adapters.faces.studio.render.vectors import add, dot, half_vector, scale, tint

FARTHEST_WRAP = -0.42
"""Cosine under which no material lets a lamp from behind wrap round to the front."""
BLEED = 0.22
"""How far red light bleeds into a shadow's edge on skin."""
FRESNEL_AT_FRONT = 0.04
"""Reflectance of a dielectric such as skin at right angles."""


@inlined
def diffuse(surface: Surface, facing: float, reaching: float) -> Rgb:
    """Return the share of a lamp's light that a surface scatters, in each channel.

    `facing` is the cosine between normal and lamp. Light wraps round an edge by the surface's scatter.
    """
    open_share = raised(surface.ambient, 0.6)
    dimmed = reaching * open_share
    red, green, blue = surface.scatter
    bled = (reaching + (1 - reaching) * red * BLEED * min(1.0, 2 * reaching)) * open_share
    return (
        bled * max(0.0, (facing + red) / (1 + red)),
        dimmed * max(0.0, (facing + green) / (1 + green)),
        dimmed * max(0.0, (facing + blue) / (1 + blue)),
    )


@inlined
def fresnel(cosine: float) -> float:
    """Return the reflectance at an angle between view and half vector, after Schlick (1994)."""
    grazing = 1 - max(0.0, cosine)
    squared = grazing * grazing
    return FRESNEL_AT_FRONT + (1 - FRESNEL_AT_FRONT) * squared * squared * grazing


@inlined
def highlight(cosine: float, shininess: float) -> float:
    """Return a sharp lobe (a spherical Gaussian near Blinn-Phong) over the broad one that skin shows.

    Both keep their energy; the broad one has the exponent 8.
    """
    sharp = (shininess + 8) / 25.1 * math.exp(shininess * (cosine - 1))
    squared = cosine * cosine
    fourth = squared * squared
    return sharp + 0.35 * 16 / 25.1 * fourth * fourth


@inlined
def specular(surface: Surface, point: Point, lamp: Lamp) -> float:
    """Return the share of a lamp's light that a glossy surface in full light mirrors."""
    half = half_vector(lamp.direction, point.to_camera)
    lobe = highlight(max(0.0, dot(point.normal, half)), surface.shininess)
    return 8 * surface.gloss * fresnel(dot(point.to_camera, half)) * lobe


@inlined
def fuzz(surface: Surface, point: Point) -> float:
    """Return the share of the sky's light that fine hairs catch at an outline."""
    rim = 1 - max(0.0, dot(point.normal, point.to_camera))
    return 0.13 * rim * rim * rim * surface.ambient * sky_share(point.normal)


@inlined
def light_surface(surface: Surface, point: Point, ambience: Ambience) -> Rgb:
    """Return the light that a surface sends to the camera."""
    soft = 1 + 0.8 * (1 - surface.ambient) * surface.scatter[0]
    scattered = tint(scale(ambient_light(point.normal, ambience), surface.ambient), (soft, 1.0, 1.0))
    mirrored = scale(ambience.sky, fuzz(surface, point))
    for index in range(len(LAMPS)):
        lamp = lamp_at(index)
        facing = dot(point.normal, lamp.direction)
        if facing < FARTHEST_WRAP:
            continue
        reaching = lamp_share(index, surface.ambient, surface.key)
        scattered = add(scattered, tint(lamp.colour, diffuse(surface, facing, reaching)))
        if surface.gloss > 0 and facing > 0:
            lit = specular(surface, point, lamp) * facing * reaching * surface.ambient
            mirrored = add(mirrored, scale(lamp.colour, lit))
    return add(tint(surface.albedo, scattered), mirrored)
