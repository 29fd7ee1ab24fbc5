"""How the user wants to look: always chosen by the user, never inferred from a voice."""

from dataclasses import dataclass
from enum import StrEnum


class SkinTone(StrEnum):
    """The tone of the skin; neutral unless the user chooses another."""

    PORCELAIN = "porcelain"
    LIGHT = "light"
    NEUTRAL = "neutral"
    OLIVE = "olive"
    TAN = "tan"
    BROWN = "brown"
    DEEP = "deep"


class HairStyle(StrEnum):
    """How the hair is cut and worn."""

    CROP = "crop"
    SIDE_PART = "side_part"
    QUIFF = "quiff"
    BUZZ = "buzz"
    RECEDING = "receding"
    BALD = "bald"
    PIXIE = "pixie"
    BOB = "bob"
    LONG = "long"
    FRINGE = "fringe"
    BUN = "bun"


class HairColour(StrEnum):
    """The colour of hair and brows."""

    BLACK = "black"
    DARK_BROWN = "dark_brown"
    BROWN = "brown"
    AUBURN = "auburn"
    BLOND = "blond"
    GREY = "grey"
    WHITE = "white"


@dataclass(frozen=True, slots=True, kw_only=True)
class LookWishes:
    """What the user chose; None leaves the choice to the face maker."""

    skin_tone: SkinTone | None = None
    hair_style: HairStyle | None = None
    hair_colour: HairColour | None = None
    glasses: bool = False


NO_WISHES = LookWishes()
