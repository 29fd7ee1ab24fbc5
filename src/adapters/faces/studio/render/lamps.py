"""The studio's lamps: a warm key from the upper left, a cool fill, and two rims from behind."""

from typing import NamedTuple

import numpy as np

from adapters.faces.studio.anatomy.asset import FloatArray

Rgb = tuple[float, float, float]
"""Linear light, 0..1 for reflectances."""

KEY = 0
"""The lamp that casts shadows."""

_LAMPS: tuple[tuple[Rgb, Rgb], ...] = (
    ((-0.60, 0.62, 0.72), (1.75, 1.62, 1.46)),
    ((0.85, 0.10, 0.60), (0.26, 0.31, 0.40)),
    ((0.75, 0.45, -0.75), (1.35, 1.40, 1.60)),
    ((-0.90, 0.25, -0.60), (0.70, 0.60, 0.50)),
)


class Ambience(NamedTuple):
    """Light from everywhere: the sky above and the bounce from below."""

    sky: Rgb = (0.42, 0.46, 0.54)
    ground: Rgb = (0.20, 0.15, 0.12)
    exposure: float = 0.66


def lamps() -> FloatArray:
    """Return direction towards the lamp (unit) and colour of each, (n, 6)."""
    directions = np.array([direction for direction, _ in _LAMPS])
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return np.hstack([directions, [colour for _, colour in _LAMPS]]).astype(np.float32)


def srgb(code: str) -> Rgb:
    """Return the linear light of a hexadecimal sRGB colour such as `cb967d` (IEC 61966-2-1)."""
    red, green, blue = (int(code[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return _linear(red), _linear(green), _linear(blue)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def blend(first: Rgb, second: Rgb, amount: float) -> Rgb:
    """Mix two colours in linear light."""
    return (
        first[0] + (second[0] - first[0]) * amount,
        first[1] + (second[1] - first[1]) * amount,
        first[2] + (second[2] - first[2]) * amount,
    )
