"""Draws a contact sheet of the studio: `python infra/studio/sheet.py OUT.png`.

It shows the faces of 24 voices of both genders, from 8 to 80 years, and below them four frames each of three videos.
"""

import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from synthetic_voices import SyntheticVoice, babble, write_wave

from adapters.audio.listening import listen
from adapters.faces.studio.anatomy.character import Character
from adapters.faces.studio.design.mapping import design_face
from adapters.faces.studio.design.styling import styling_of
from adapters.faces.studio.design.traits import traits_of
from adapters.faces.studio.design.usual_voice import usual_voice
from adapters.faces.studio.engine import DrawingSettings, Studio, StudioOrder, draw_portrait, warm_up
from domain.voice import Gender, Person

SPEAKERS = Path(__file__).parents[2] / "samples" / "speakers"
WOMEN = [
    "asterisk-en",
    "klettres-cs",
    "klettres-uk",
    "asterisk-fr-ca",
    "tuxpaint-es",
    "klettres-nb",
    "asterisk-ru",
    "klettres-nl",
    "klettres-it",
]
MEN = [
    "sense-man",
    "asterisk-it",
    "klettres-da",
    "tuxpaint-bg",
    "klettres-fr",
    "ktuberling-el",
    "tuxpaint-nl",
    "klettres-hu",
    "klettres-en",
]
ADULT = 20
"""Years from which a face is drawn from the voice of a real speaker, whose own age is not known."""
CELL, COLUMNS = 320, 6
AGES = (8, 11, 15, 20, 25, 31, 38, 45, 53, 62, 71, 80)
TALKING = (3, 9, 18)
"""The faces whose videos are shown."""
MOMENTS = (0.12, 0.34, 0.55, 0.8)
"""The frames that are shown, as shares of the video's length."""

Picture = NDArray[np.uint8]


def people_to_draw() -> list[tuple[Person, SyntheticVoice | Path]]:
    """Return women and men of each age with their voices: synthetic ones for children, real ones for adults."""
    random = np.random.default_rng(12)
    people: list[tuple[Person, SyntheticVoice | Path]] = []
    for gender, speakers in ((Gender.WOMAN, WOMEN), (Gender.MAN, MEN)):
        real = iter(speakers)
        for age in AGES:
            person = Person(age, gender)
            adult = age >= ADULT
            people.append((person, SPEAKERS / f"{next(real)}.ogg" if adult else synthetic(person, random)))
    return people


def synthetic(person: Person, random: np.random.Generator) -> SyntheticVoice:
    """Return a voice near the usual one of the person's age and gender."""
    usual = usual_voice(person)
    return SyntheticVoice(
        pitch_hz=usual.pitch_hz * 2 ** (float(random.normal(0, 2.5)) / 12),
        tract_cm=usual.tract_length_cm + float(random.normal(0, 0.6)),
        breath=float(random.uniform(0, 0.8)),
        liveliness=float(random.uniform(1, 4)),
        seed=person.age + (100 if person.gender is Gender.MAN else 0),
    )


def recorded(voice: SyntheticVoice | Path, folder: Path) -> Path:
    """Return the file of a recording of the voice."""
    if isinstance(voice, Path):
        return voice
    target = folder / f"{voice.seed}.wav"
    write_wave(babble(voice), target)
    return target


def portrait(entry: tuple[Person, SyntheticVoice | Path]) -> Picture:
    """Draw one face, and write below it what was measured."""
    person, voice = entry
    with tempfile.TemporaryDirectory() as folder:
        acoustics = listen(recorded(voice, Path(folder))).acoustics
    character = Character(design_face(person, traits_of(acoustics, person), styling_of(acoustics, person)))
    picture = Image.fromarray(draw_portrait(character, CELL))
    tract = f"{acoustics.tract_length_cm:.1f} cm" if acoustics.tract_length_cm else "tract unknown"
    caption = f"{person.gender} {person.age}, {acoustics.pitch_hz:.0f} Hz, {tract}"
    ImageDraw.Draw(picture).text((8, CELL - 16), caption, fill=(235, 238, 242))
    return np.asarray(picture)


def talking(entry: tuple[Person, SyntheticVoice | Path]) -> list[Picture]:
    """Make the video of one face and return some of its frames."""
    person, voice = entry
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio(listen, DrawingSettings(size=CELL, processes=1))
        order = StudioOrder(recorded(voice, Path(folder)), person, Path(folder))
        files = studio.voice_face(order, lambda *_: None)
        with av.open(str(files.video)) as container:
            frames = [
                np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in container.decode(video=0)
            ]
    return [frames[int(moment * len(frames))] for moment in MOMENTS]


def main() -> None:
    """Write the sheet to the file named on the command line."""
    warm_up()
    people = people_to_draw()
    with ProcessPoolExecutor() as pool:
        faces = list(pool.map(portrait, people))
        videos = list(pool.map(talking, [people[number] for number in TALKING]))
    cells = faces + [frame for video in videos for frame in video]
    rows = [np.hstack(cells[start : start + COLUMNS]) for start in range(0, len(cells), COLUMNS)]
    Image.fromarray(np.vstack(rows)).save(sys.argv[1])


if __name__ == "__main__":
    main()
