"""Lips, painted on the skin."""

from adapters.faces.studio.design.colour import Rgb
from adapters.faces.studio.render.kernels import inlined
from adapters.faces.studio.render.materials.surface import Surface
from adapters.faces.studio.render.noise import flat_noise, smoothstep
from adapters.faces.studio.render.vectors import Vector, blend, scale


@inlined
def with_lips(surface: Surface, rest: Vector, lips: float, colour: Rgb) -> Surface:
    """Return skin that turns into moist lips with fine upright creases."""
    cover = smoothstep(0.35, 0.75, lips)
    if cover <= 0:
        return surface
    crease = 0.93 + 0.12 * flat_noise(rest[0] * 90, rest[1] * 6, 0)
    return Surface(
        albedo=blend(surface.albedo, scale(colour, crease), cover),
        scatter=surface.scatter,
        gloss=surface.gloss + 0.42 * cover,
        shininess=surface.shininess + 22 * cover,
        ambient=surface.ambient,
        key=surface.key,
    )
