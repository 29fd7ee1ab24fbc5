"""The hair styles: where hair grows, in which direction, and how long it is."""

from dataclasses import dataclass

from domain.look import HairStyle

HAIRLINE_DEGREES = (0, 25, 42, 58, 72, 84, 90, 98, 115, 130, 150, 180)
"""Directions from straight ahead to straight behind at which a hairline's heights are given.

Heights are decimetres of the rest pose: ears reach from 6.83 to 7.34, eyes lie at 7.28, the top of the head at 8.48.
"""


_FULL = (7.97, 7.98, 7.93, 7.66, 7.02, 7.36, 7.42, 7.50, 7.40, 7.10, 6.88, 6.80)
_SOFT = (8.02, 8.01, 7.95, 7.80, 7.50, 7.38, 7.36, 7.46, 7.20, 6.95, 6.75, 6.70)
_RECEDED = (8.10, 8.18, 8.20, 7.80, 7.06, 7.38, 7.42, 7.50, 7.40, 7.10, 6.88, 6.80)
_HORSESHOE = (8.9, 8.9, 8.7, 8.2, 7.80, 7.50, 7.42, 7.55, 7.40, 7.10, 6.88, 6.80)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """How one style grows. Lengths are in decimetres of an adult's head; pulls are mixed by weight."""

    hairline: tuple[float, ...]
    """Heights at `HAIRLINE_DEGREES`, in the rest pose."""
    locks: int
    top_length: float
    side_length: float
    ends_at: float | None = None
    """Height at which long hair is cut; None lets the lengths decide."""
    part: float | None = None
    """Where the hair parts, sideways from the middle; None lets it grow from the crown."""
    aside: float = 0.0
    """Pull away from the parting."""
    crown: float = 0.0
    """Pull away from the whorl at the crown."""
    back: float = 0.0
    """Pull towards the back of the head."""
    down: float = 0.0
    lift: float = 0.05
    """How far the locks stand off the skull."""
    front_lift: float = 0.0
    """How much further the locks above the forehead do."""
    half_width: float = 0.055
    curl: float = 0.0
    """How far the ends of long hair turn in towards the neck."""
    wave: float = 0.0
    """Sideways amplitude of waves."""
    keeps_off_face: bool = True
    fringe: bool = False
    """Hair from the front third falls over the forehead."""
    bun: float = 0.0
    """Radius of a knot on the crown; 0 for none."""
    padding: float = 0.05
    """Thickness of the undercoat that is laid on the scalp."""


CUTS: dict[HairStyle, Cut] = {
    HairStyle.CROP: Cut(
        hairline=_FULL, locks=1000, top_length=0.40, side_length=0.17, crown=1.0, down=0.35, lift=0.05,
        front_lift=0.12, half_width=0.036, padding=0.05, keeps_off_face=False,
    ),
    HairStyle.SIDE_PART: Cut(
        hairline=_FULL, locks=1000, top_length=0.78, side_length=0.17, part=0.38, aside=1.0, back=0.50, crown=0.1,
        down=0.1, lift=0.07, front_lift=0.17, half_width=0.04, padding=0.05,
    ),
    HairStyle.QUIFF: Cut(
        hairline=_FULL, locks=1050, top_length=0.55, side_length=0.16, back=1.0, down=0.25, lift=0.06,
        front_lift=0.22, half_width=0.034, padding=0.05,
    ),
    HairStyle.BUZZ: Cut(
        hairline=_FULL, locks=0, top_length=0.0, side_length=0.0, padding=0.035,
    ),
    HairStyle.RECEDING: Cut(
        hairline=_RECEDED, locks=900, top_length=0.34, side_length=0.16, back=0.7, crown=0.5, down=0.3, lift=0.035,
        front_lift=0.05, half_width=0.034, padding=0.05, keeps_off_face=False,
    ),
    HairStyle.BALD: Cut(
        hairline=_HORSESHOE, locks=420, top_length=0.16, side_length=0.16, back=0.4, down=0.8, lift=0.02,
        half_width=0.04, padding=0.04,
    ),
    HairStyle.PIXIE: Cut(
        hairline=_SOFT, locks=720, top_length=0.80, side_length=0.36, part=-0.35, aside=0.9, down=0.45, crown=0.35,
        lift=0.07, front_lift=0.08, half_width=0.045, padding=0.05, keeps_off_face=False,
    ),
    HairStyle.BOB: Cut(
        hairline=_SOFT, locks=740, top_length=3.2, side_length=3.2, ends_at=6.28, part=-0.30, aside=0.8, down=0.75,
        back=0.10, lift=0.08, front_lift=0.06, half_width=0.062, wave=0.02, curl=0.22, padding=0.05,
    ),
    HairStyle.LONG: Cut(
        hairline=_SOFT, locks=720, top_length=4.5, side_length=4.5, ends_at=5.05, part=-0.22, aside=0.8, down=0.8,
        back=0.10, lift=0.08, front_lift=0.06, half_width=0.06, wave=0.045, padding=0.05,
    ),
    HairStyle.FRINGE: Cut(
        hairline=_SOFT, locks=720, top_length=3.9, side_length=3.9, ends_at=5.85, part=0.0, aside=0.8, down=0.8,
        back=0.10, lift=0.075, front_lift=0.03, half_width=0.055, wave=0.02, curl=0.20, padding=0.05, fringe=True,
    ),
    HairStyle.BUN: Cut(
        hairline=_SOFT, locks=640, top_length=1.7, side_length=1.5, back=1.0, down=-0.35, lift=0.04,
        front_lift=0.05, half_width=0.05, padding=0.05, bun=0.36,
    ),
}  # fmt: skip
