"""Draws one portrait: `python infra/studio/portrait.py STYLE AGE GENDER TARGET`.

The face is that of the usual voice. It wears any hair style, also one that the studio does not choose by itself.
"""

import sys
from pathlib import Path

from adapters.faces.studio.anatomy.character import Character
from adapters.faces.studio.design.mapping import design_face
from adapters.faces.studio.design.traits import NEUTRAL
from adapters.faces.studio.engine import DrawingSettings, draw_portrait
from adapters.faces.studio.film.encoder import write_png
from domain.look import HairStyle, LookWishes
from domain.voice import Gender, Person


def main(style: str, age: str, gender: str, target: str) -> None:
    """Draw the portrait and print where it is; a style that does not exist ends the program with the list of all."""
    if style not in list(HairStyle):
        sys.exit(f"There is no hair style {style!r}. Choose one of {', '.join(HairStyle)}.")
    design = design_face(
        Person(int(age), Gender(gender)), NEUTRAL, wishes=LookWishes(hair_style=HairStyle(style))
    )
    path = Path(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_png(draw_portrait(Character(design), DrawingSettings().size), path)
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
