"""Draws twelve pairs of faces: `python infra/studio/pairs.py OUT.jpg`.

Each pair is the voice face and the condition face of one speaker in `samples/`, in an order that a digest of
the recording decides. Nothing tells which is which.
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from adapters.audio.listening import listen
from adapters.faces.studio.anatomy.character import Character
from adapters.faces.studio.design.imaginary_voice import imaginary_voice
from adapters.faces.studio.design.mapping import design_face
from adapters.faces.studio.design.styling import styling_of
from adapters.faces.studio.design.traits import traits_of
from adapters.faces.studio.engine import draw_portrait, recording_seed, warm_up
from domain.voice import Gender, Person

SPEAKERS = Path(__file__).parents[2] / "samples" / "speakers"
PAIRS = (
    ("klettres-cs", Person(24, Gender.WOMAN)),
    ("asterisk-it", Person(27, Gender.MAN)),
    ("asterisk-fr-ca", Person(31, Gender.WOMAN)),
    ("sense-man", Person(35, Gender.MAN)),
    ("klettres-nb", Person(38, Gender.WOMAN)),
    ("klettres-hu", Person(41, Gender.MAN)),
    ("tuxpaint-es", Person(46, Gender.WOMAN)),
    ("ktuberling-el", Person(52, Gender.MAN)),
    ("asterisk-ru", Person(57, Gender.WOMAN)),
    ("klettres-nds", Person(63, Gender.MAN)),
    ("klettres-nl", Person(68, Gender.WOMAN)),
    ("tuxpaint-nl", Person(74, Gender.MAN)),
)
"""Speakers and ages that were made up for them."""
CELL, COLUMNS, GAP = 240, 3, 10
QUALITY = 84
PAPER = 255

Picture = NDArray[np.uint8]


def pair(entry: tuple[str, Person]) -> Picture:
    """Draw both faces of a speaker side by side."""
    name, person = entry
    recording = SPEAKERS / f"{name}.ogg"
    seed, acoustics = recording_seed(recording), listen(recording).acoustics
    styling = styling_of(acoustics, person)
    faces = [
        draw_portrait(Character(design_face(person, traits_of(voice, person), styling)), CELL)
        for voice in (acoustics, imaginary_voice(person, seed))
    ]
    both = np.hstack(faces if seed % 2 else faces[::-1])
    return np.pad(both, ((GAP, GAP), (GAP, GAP), (0, 0)), constant_values=PAPER)


def main() -> None:
    """Write the sheet to the file named on the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("target", type=Path, metavar="OUT.jpg")
    target: Path = parser.parse_args().target
    if not target.parent.is_dir():
        parser.error(f"there is no folder {target.parent}")
    warm_up()
    with ProcessPoolExecutor() as pool:
        cells = list(pool.map(pair, PAIRS))
    rows = [np.hstack(cells[start : start + COLUMNS]) for start in range(0, len(cells), COLUMNS)]
    Image.fromarray(np.vstack(rows)).save(target, quality=QUALITY)
    sys.stdout.write(f"{target}\n")


if __name__ == "__main__":
    main()
