"""Colours and finish of a face as kernels read them: named tuples, which numba knows."""

from typing import NamedTuple

from adapters.faces.studio.design.colour import Rgb, blend, srgb


class Ambience(NamedTuple):
    """Light from everywhere: the sky above and the bounce from below."""

    sky: Rgb = (0.42, 0.46, 0.54)
    ground: Rgb = (0.20, 0.15, 0.12)
    exposure: float = 0.66


class SkinLook(NamedTuple):
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
    """Furrows of age on the forehead and beside the eyes."""


class BrowLook(NamedTuple):
    """Painted eyebrows."""

    colour: Rgb
    thickness: float
    """1 is a man's."""
    rise: float
    """Decimetres above the usual height."""
    density: float


class HairLook(NamedTuple):
    """Scalp and strands share it."""

    colour: Rgb
    undercoat: Rgb
    """Of the painted scalp between the strands."""
    highlight: Rgb
    cover: float
    """How much of the scalp's paint shows; 0 is shaven."""
    ragged: float
    """Decimetres by which the painted hairline wanders."""


class EyeLook(NamedTuple):
    """Both eyes alike."""

    iris: Rgb
    gaze_x: float
    """Sideways turn of the gaze as a share of the eyeball's radius; towards the picture's right."""
    gaze_y: float
    lashes: Rgb


class Look(NamedTuple):
    """Everything of a face that is colour and not shape."""

    skin: SkinLook
    brows: BrowLook
    hair: HairLook
    eyes: EyeLook
    shirt: Rgb
    ambience: Ambience


def lips_of(tone: Rgb, redness: float) -> Rgb:
    """Derive a lip colour from the skin: darker, and the redder the more `redness` (0..1)."""
    return (
        tone[0] * (0.80 + 0.05 * redness),
        tone[1] * (0.58 - 0.12 * redness),
        tone[2] * (0.60 - 0.07 * redness),
    )


def hair_of(colour: Rgb, cover: float, ragged: float) -> HairLook:
    """Derive undercoat and highlight from one hair colour."""
    return HairLook(
        colour=colour,
        undercoat=blend(colour, (0.0, 0.0, 0.0), 0.35),
        highlight=blend(colour, srgb("f3dfc4"), 0.28),
        cover=cover,
        ragged=ragged,
    )
