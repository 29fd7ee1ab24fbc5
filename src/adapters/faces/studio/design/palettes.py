"""The palettes: colours that users may wish for, and ramps from which a fingerprint reads a colour."""

from adapters.faces.studio.design.colour import Rgb, blend, srgb
from domain.look import HairColour, SkinTone

SKIN_TONES = {
    SkinTone.PORCELAIN: srgb("e2b6a0"),
    SkinTone.LIGHT: srgb("d8a78e"),
    SkinTone.NEUTRAL: srgb("cb967d"),
    SkinTone.OLIVE: srgb("bd8c68"),
    SkinTone.TAN: srgb("a87859"),
    SkinTone.BROWN: srgb("7d5644"),
    SkinTone.DEEP: srgb("54392f"),
}
HAIR_COLOURS = {
    HairColour.BLACK: srgb("1d1715"),
    HairColour.DARK_BROWN: srgb("33231a"),
    HairColour.BROWN: srgb("54371f"),
    HairColour.AUBURN: srgb("7a3f22"),
    HairColour.BLOND: srgb("bd9569"),
    HairColour.GREY: srgb("8d8a86"),
    HairColour.WHITE: srgb("cfccc6"),
}
GREYED_HAIR = srgb("a9a6a2")
"""The colour of hair that has become grey with age."""

NATURAL_HAIR_COLOURS = tuple(
    srgb(code) for code in ("1d1715", "2a1d17", "3c281b", "54371f", "6a4a2e", "8a6a45", "b29362")
)
EYE_COLOURS = tuple(srgb(code) for code in ("43290f", "5f3a1c", "70481f", "7a6030", "5f7f5a", "4f86ad"))
SHIRT_COLOURS = tuple(
    srgb(code) for code in ("2f5d73", "3f7f7a", "5d7a4d", "b08a3e", "a65a43", "8a3f52", "5e4b7f", "3d4f7d")
)


def ramp_colour(ramp: tuple[Rgb, ...], place: float) -> Rgb:
    """Return the colour at a place in -1..1, blended, so that two takes of one voice get nearly the same."""
    at = (min(max(place, -1.0), 1.0) + 1) / 2 * (len(ramp) - 1)
    low = min(int(at), len(ramp) - 2)
    return blend(ramp[low], ramp[low + 1], at - low)
