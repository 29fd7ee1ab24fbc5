"""Draws the small pictures of the choices of a look: `python infra/page/choice_pictures.py`.

Each shows what the studio draws for that choice, on the face of the usual voice.
"""

import sys
from pathlib import Path

from PIL import Image

from adapters.faces.studio.anatomy.character import Character
from adapters.faces.studio.design.mapping import design_face
from adapters.faces.studio.design.traits import NEUTRAL
from adapters.faces.studio.engine import draw_portrait, warm_up
from domain.look import NO_WISHES, HairColour, HairStyle, LookWishes, SkinTone
from domain.voice import Gender, Person

TARGET = Path(__file__).parents[2] / "src/entrypoints/web/static/pictures"
SIZE = 144
"""Pixels of the square pictures, which are shown half as large."""
WHOLE = 172
"""Pixels of the portrait of which a picture is the middle."""
FACE, HEAD = 26, 6
"""How far below the top of the portrait a picture begins: near the face, or above the hair."""
QUALITY = 74
MEN = (
    HairStyle.CROP,
    HairStyle.SIDE_PART,
    HairStyle.QUIFF,
    HairStyle.BUZZ,
    HairStyle.RECEDING,
    HairStyle.BALD,
)
"""The styles that are shown on a man; the others are shown on a woman."""
MAN, WOMAN = Person(30, Gender.MAN), Person(30, Gender.WOMAN)

Drawing = tuple[Person, LookWishes, int]


def drawings() -> dict[str, Drawing]:
    """Return what is drawn, by the name of its file."""
    styles = {style: MAN if style in MEN else WOMAN for style in HairStyle}
    bob, glasses = HairStyle.BOB, LookWishes(glasses=True)
    return {
        "gender-woman": (WOMAN, LookWishes(hair_style=bob), HEAD),
        "gender-man": (MAN, NO_WISHES, HEAD),
        "glasses-false": (WOMAN, NO_WISHES, FACE),
        "glasses-true": (WOMAN, glasses, FACE),
        **{f"skin_tone-{tone}": (WOMAN, LookWishes(skin_tone=tone), FACE) for tone in SkinTone},
        **{f"hair_style-{style}": (who, LookWishes(hair_style=style), HEAD) for style, who in styles.items()},
        **{
            f"hair_colour-{colour}": (WOMAN, LookWishes(hair_style=bob, hair_colour=colour), HEAD)
            for colour in HairColour
        },
    }


def draw(drawing: Drawing) -> Image.Image:
    """Draw one picture."""
    person, wishes, top = drawing
    portrait = Image.fromarray(draw_portrait(Character(design_face(person, NEUTRAL, wishes=wishes)), WHOLE))
    left = (WHOLE - SIZE) // 2
    return portrait.crop((left, top, left + SIZE, top + SIZE))


def main() -> None:
    """Write all pictures."""
    warm_up()
    TARGET.mkdir(parents=True, exist_ok=True)
    size = 0
    for name, drawing in drawings().items():
        path = TARGET / f"{name}.webp"
        draw(drawing).save(path, format="WEBP", quality=QUALITY, method=6)
        size += path.stat().st_size
    sys.stdout.write(f"{len(drawings())} pictures, {size} bytes\n")


if __name__ == "__main__":
    main()
