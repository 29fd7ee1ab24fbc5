"""The appearance of a face: its colours and finish, as named tuples that compiled kernels can read."""

from typing import NamedTuple

from adapters.faces.studio.design.colour import Rgb, blend, srgb


class Ambience(NamedTuple):
    """Light from all around: the sky above, and what the ground reflects from below."""

    exposure: float
    """The brightness of the whole picture."""
    sky: Rgb = (0.42, 0.46, 0.54)
    ground: Rgb = (0.20, 0.15, 0.12)


class SkinAppearance(NamedTuple):
    """Skin and lips; amounts are 0..1."""

    tone: Rgb
    lips: Rgb
    blush: float
    freckles: float
    stubble: float
    stubble_colour: Rgb
    tired: float
    """Shade under the eyes."""
    lines: float
    """Wrinkles on the forehead and beside the eyes."""


class BrowAppearance(NamedTuple):
    """Painted eyebrows."""

    colour: Rgb
    thickness: float
    """About 1 for a man."""


class HairAppearance(NamedTuple):
    """Hair: the painted scalp and the locks."""

    colour: Rgb
    undercoat: Rgb
    """The colour of the painted scalp between the locks."""
    highlight: Rgb
    cover: float
    """How much of the paint on the scalp shows; 0 is shaven."""
    ragged: float
    """Decimetres by which the painted hairline is uneven."""


Direction = tuple[float, float, float]
"""A vector of length 1: to the picture's right, up, and towards the viewer."""


class EyeAxes(NamedTuple):
    """How an iris lies on its eyeball in the rest pose, where it is painted."""

    across: Direction
    up: Direction


AHEAD = EyeAxes((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))


class EyeAppearance(NamedTuple):
    """Both eyes."""

    iris: Rgb
    lashes: Rgb
    left: EyeAxes = AHEAD
    """Of the eye on the picture's left."""
    right: EyeAxes = AHEAD


class Appearance(NamedTuple):
    """All of a face that is colour and not shape."""

    skin: SkinAppearance
    brows: BrowAppearance
    hair: HairAppearance
    eyes: EyeAppearance
    shirt: Rgb
    ambience: Ambience


def lips_of(tone: Rgb, redness: float) -> Rgb:
    """Return a lip colour from the tone of the skin: darker, and redder by `redness` (0..1)."""
    return (
        tone[0] * (0.80 + 0.05 * redness),
        tone[1] * (0.58 - 0.12 * redness),
        tone[2] * (0.60 - 0.07 * redness),
    )


def hair_of(colour: Rgb, cover: float, ragged: float) -> HairAppearance:
    """Return the appearance of hair of one colour."""
    return HairAppearance(
        colour=colour,
        undercoat=blend(colour, (0.0, 0.0, 0.0), 0.35),
        highlight=blend(colour, srgb("f3dfc4"), 0.28),
        cover=cover,
        ragged=ragged,
    )
