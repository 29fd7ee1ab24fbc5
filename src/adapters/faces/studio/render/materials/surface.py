"""What a material tells the lights; the small colour arithmetic of the painting kernels."""

from typing import NamedTuple

from adapters.faces.studio.design.colour import Rgb
from adapters.faces.studio.render.kernels import inlined


class Surface(NamedTuple):
    """A point's reflectance and finish."""

    colour: Rgb
    scatter: Rgb
    """How far light wraps round an edge in each channel, which is how skin and cloth look soft."""
    gloss: float
    shininess: float
    """Exponent of the highlight."""
    strand: float
    """0 no hair, 1 hair: lit along its direction instead of its normal."""
    openness: float
    """Factor on the light from around: cavities that the vertices do not know."""


@inlined
def mix(first: Rgb, second: Rgb, amount: float) -> Rgb:
    """Blend two colours."""
    return (
        first[0] + (second[0] - first[0]) * amount,
        first[1] + (second[1] - first[1]) * amount,
        first[2] + (second[2] - first[2]) * amount,
    )


@inlined
def tint(colour: Rgb, red: float, green: float, blue: float) -> Rgb:
    """Scale the channels of a colour."""
    return (colour[0] * red, colour[1] * green, colour[2] * blue)


@inlined
def fade(colour: Rgb, factor: float) -> Rgb:
    """Scale a colour."""
    return (colour[0] * factor, colour[1] * factor, colour[2] * factor)
