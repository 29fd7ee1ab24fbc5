"""Colours in linear light, and how they are mixed."""

Rgb = tuple[float, float, float]
"""Linear light, 0..1 for reflectances."""


def srgb(code: str) -> Rgb:
    """Return the linear light of a hexadecimal sRGB colour such as `cb967d` (IEC 61966-2-1)."""
    red, green, blue = (int(code[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return _linear(red), _linear(green), _linear(blue)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def blend(first: Rgb, second: Rgb, amount: float) -> Rgb:
    """Mix two colours; an amount of 0 gives the first one, 1 the second one."""
    return (
        first[0] + (second[0] - first[0]) * amount,
        first[1] + (second[1] - first[1]) * amount,
        first[2] + (second[2] - first[2]) * amount,
    )
