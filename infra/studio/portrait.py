"""Draws one portrait: `python infra/studio/portrait.py STYLE [AGE] [GENDER] [TARGET]`.

The face is made from age and gender alone and wears a hair style of one's choice, also one that the studio does not
choose for any voice yet.
"""

import sys
from pathlib import Path

from adapters.faces.studio.anatomy.character import Character
from adapters.faces.studio.design.mapping import design_face
from adapters.faces.studio.design.traits import NEUTRAL
from adapters.faces.studio.engine import SIZE, draw_portrait
from adapters.faces.studio.film.encoder import write_png
from domain.look import HairStyle, LookWishes
from domain.voice import Gender, Person


def main(style: str, age: str = "30", gender: str = "woman", target: str = "out/portrait.png") -> None:
    """Draw the portrait and print where it is."""
    wishes = LookWishes(hair_style=HairStyle(style))
    design = design_face(Person(int(age), Gender(gender)), NEUTRAL, wishes)
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    write_png(draw_portrait(Character(design), SIZE), Path(target))
    sys.stdout.write(f"{target}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
