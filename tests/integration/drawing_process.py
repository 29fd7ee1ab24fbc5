"""Draws a face with its film and all hair styles, and tells as JSON what was compiled for that: a process of a test."""

import json
import os
import sys
from pathlib import Path

from numba.core.event import install_recorder

from adapters.faces.studio.anatomy.character import Character
from adapters.faces.studio.design.mapping import design_face
from adapters.faces.studio.design.traits import NEUTRAL
from adapters.faces.studio.engine import DrawingSettings, Studio, StudioOrder, draw_portrait
from adapters.faces.studio.render.kernel_cache import FOLDER
from domain.look import HairStyle, LookWishes
from domain.voice import Gender, Person
from unit.faces.voices import listen_to_bytes


def draw(folder: Path) -> None:
    """Draw into a folder whatever has kernels of its own."""
    person = Person(34, Gender.WOMAN)
    voice = folder / "voice"
    voice.write_bytes(b"a voice")
    studio = Studio(listen_to_bytes, DrawingSettings(size=48, processes=1))
    studio.voice_face(StudioOrder(voice, person, folder), lambda *_: None)
    for style in HairStyle:
        wishes = LookWishes(hair_style=style, glasses=True)
        draw_portrait(Character(design_face(person, NEUTRAL, wishes=wishes)), 16)


def main() -> None:
    """Draw, and write to standard output how often numba compiled, and whether the kernels' folder can be written."""
    with install_recorder("numba:compile") as recorder:
        draw(Path(sys.argv[1]))
    json.dump({"compiled": len(recorder.buffer), "writable": os.access(FOLDER, os.W_OK)}, sys.stdout)


if __name__ == "__main__":
    main()
