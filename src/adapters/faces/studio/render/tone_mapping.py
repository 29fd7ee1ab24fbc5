"""From linear light to the bytes of a picture."""

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.design.colour import Rgb
from adapters.faces.studio.render.kernels import FloatArray, inlined, kernel
from adapters.faces.studio.render.noise import lattice

ENCODING_STEPS = 4096


@inlined
def compressed(value: float) -> float:
    """Compress light into 0..1: Narkowicz's fit of the ACES film curve (2016)."""
    value = (value * (2.51 * value + 0.03)) / (value * (2.43 * value + 0.59) + 0.14)
    return min(max(value, 0.0), 1.0)


@inlined
def tone_map(light: Rgb) -> Rgb:
    """Compress the channels of light into 0..1."""
    return (compressed(light[0]), compressed(light[1]), compressed(light[2]))


def _encoding() -> FloatArray:
    """Tabulate sRGB's transfer curve (IEC 61966-2-1) as values of 0..255."""
    light = np.linspace(0, 1, ENCODING_STEPS + 2)
    encoded = np.where(light < 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return (255 * encoded).astype(np.float32)


ENCODING = _encoding()


@inlined
def encode_srgb(value: float) -> float:
    """Encode linear light 0..1 for a screen, as a number of 0..255, by interpolating a table."""
    place = value * ENCODING_STEPS
    low = int(place)
    return float(ENCODING[low] + (ENCODING[low + 1] - ENCODING[low]) * (place - low))


@inlined
def write_pixel(picture: NDArray[np.uint8], row: int, column: int, colour: Rgb) -> None:
    """Write linear light 0..1 into a picture, dithered against banding."""
    for channel in range(3):
        value = encode_srgb(colour[channel])
        dither = 0.9 * (lattice(column, row, channel) - 0.5)
        picture[row, column, channel] = int(min(max(value + 0.5 + dither, 0.0), 255.0))


@kernel
def write_picture(light: FloatArray, picture: NDArray[np.uint8]) -> None:
    """Write light (height, width, 3) into a picture."""
    for row in range(len(light)):
        for column in range(len(light[row])):
            colour = (light[row, column, 0], light[row, column, 1], light[row, column, 2])
            write_pixel(picture, row, column, tone_map(colour))
