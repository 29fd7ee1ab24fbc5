"""Draws the faces of the first page: `python infra/page/sample_faces.py`.

Each is made by the studio from a recording in `samples/`. The ring around it is that recording, too: its loudness,
wound around the head once, clockwise from the top. One face also gets a short silent loop.
"""

import io
import sys
import tempfile
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from adapters.audio.listening import listen
from adapters.faces.studio.anatomy.character import Character
from adapters.faces.studio.design.imaginary_voice import imaginary_voice
from adapters.faces.studio.design.mapping import design_face
from adapters.faces.studio.design.styling import Styling, styling_of
from adapters.faces.studio.design.traits import Traits, traits_of
from adapters.faces.studio.engine import (
    DrawingSettings,
    Studio,
    StudioOrder,
    draw_portrait,
    recording_seed,
    samples_of,
    warm_up,
)
from application.ports.audio import Speech
from domain.look import HairColour, HairStyle, LookWishes, SkinTone
from domain.voice import Gender, Person

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
TARGET = ROOT / "src/entrypoints/web/static/faces"
PEOPLE: dict[str, tuple[str, Person, LookWishes]] = {
    "allison": (
        "woman.flac",
        Person(34, Gender.WOMAN),
        LookWishes(skin_tone=SkinTone.TAN, hair_style=HairStyle.BOB, hair_colour=HairColour.BLACK),
    ),
    "reader": ("voice.flac", Person(41, Gender.MAN), LookWishes(skin_tone=SkinTone.LIGHT, glasses=True)),
    "carlo": (
        "speakers/asterisk-it.ogg",
        Person(67, Gender.MAN),
        LookWishes(skin_tone=SkinTone.OLIVE, hair_style=HairStyle.SIDE_PART),
    ),
    "june": (
        "speakers/asterisk-fr-ca.ogg",
        Person(26, Gender.WOMAN),
        LookWishes(
            skin_tone=SkinTone.LIGHT,
            hair_style=HairStyle.FRINGE,
            hair_colour=HairColour.AUBURN,
            glasses=True,
        ),
    ),
    "taras": (
        "speakers/klettres-hu.ogg",
        Person(24, Gender.MAN),
        LookWishes(skin_tone=SkinTone.DEEP, hair_style=HairStyle.QUIFF, hair_colour=HairColour.BLACK),
    ),
    "olga": (
        "speakers/asterisk-ru.ogg",
        Person(72, Gender.WOMAN),
        LookWishes(hair_style=HairStyle.BUN, hair_colour=HairColour.WHITE),
    ),
}
"""The recording of each face, the age and gender that were made up for it, and how it was wished to look."""
LOOPING = "allison"
COMPARED = "carlo"
"""Whose condition face is shown, too."""
SIZE = 336
MAX_BYTES = 15_000
LOOP_SIZE, LOOP_QUALITY = 288, 42
LOOP_START, LOOP_EVERY, LOOP_FRAMES, LOOP_MILLISECONDS = 4, 3, 12, 110

BARS = 84
INNER, SHORTEST, LONGEST = 51.5, 0.6, 8.5
"""In a square of 120: where the bars of a ring begin, and how long they are."""


def loudness(speech: Speech) -> NDArray[np.float64]:
    """Return how loud each of the equal parts of a recording is, from 0 to 1."""
    parts = np.array_split(samples_of(speech).astype(np.float64), BARS)
    level = np.array([np.sqrt(np.mean(part**2)) for part in parts])
    shares: NDArray[np.float64] = np.clip(level / np.quantile(level, 0.97), 0, 1) ** 0.8
    return shares


def ring(name: str, speech: Speech) -> str:
    """Return the ring of a recording as a symbol of SVG."""
    angles = 2 * np.pi * np.arange(BARS) / BARS
    outer = INNER + SHORTEST + (LONGEST - SHORTEST) * loudness(speech)
    bars = "".join(
        f"M{60 + INNER * np.sin(angle):.1f} {60 - INNER * np.cos(angle):.1f}"
        f"L{60 + end * np.sin(angle):.1f} {60 - end * np.cos(angle):.1f}"
        for angle, end in zip(angles, outer, strict=True)
    )
    return (
        f'<symbol id="{name}" viewBox="0 0 120 120"><path d="{bars}" fill="none" stroke="currentColor" '
        f'stroke-width="2" stroke-linecap="round"/></symbol>\n'
    )


def line(speech: Speech) -> str:
    """Return the same bars before they are wound: side by side, as one knows a recording."""
    bars = "".join(
        f"M{2 + 4 * place} {12 - 10 * level:.1f}V{12 + 10 * level:.1f}"
        for place, level in enumerate(loudness(speech)[: BARS // 2])
    )
    return (
        f'<symbol id="line" viewBox="0 0 {2 * BARS} 24"><path d="{bars}" fill="none" stroke="currentColor" '
        f'stroke-width="2" stroke-linecap="round"/></symbol>\n'
    )


def webp(picture: Image.Image, quality: int = 84) -> bytes:
    """Return a picture as WebP, in the best quality that is small enough."""
    content = io.BytesIO()
    picture.save(content, format="WEBP", quality=quality, method=6)
    return content.getvalue() if content.tell() <= MAX_BYTES else webp(picture, quality - 4)


def loop(recording: Path, person: Person, wishes: LookWishes) -> bytes:
    """Return a silent animation that rests after five seconds: what moves longer needs a button to stop it."""
    with tempfile.TemporaryDirectory() as folder:
        order = StudioOrder(recording, person, Path(folder), wishes)
        made = Studio(listen, DrawingSettings(size=LOOP_SIZE)).voice_face(order, lambda *_: None)
        with av.open(str(made.video)) as container:
            film = [Image.fromarray(frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]
    frames = film[LOOP_START : LOOP_START + LOOP_FRAMES * LOOP_EVERY : LOOP_EVERY]
    content = io.BytesIO()
    frames[0].save(
        content,
        format="WEBP",
        save_all=True,
        append_images=frames[1:] + frames[-2:0:-1],
        duration=LOOP_MILLISECONDS,
        loop=2,
        quality=LOOP_QUALITY,
        method=6,
    )
    return content.getvalue()


def portrait(person: Person, traits: Traits, styling: Styling, wishes: LookWishes) -> bytes:
    """Return a portrait as the service draws it."""
    return webp(Image.fromarray(draw_portrait(Character(design_face(person, traits, styling, wishes)), SIZE)))


def main() -> None:
    """Write all faces, the loop and the rings."""
    warm_up()
    TARGET.mkdir(parents=True, exist_ok=True)
    rings = []
    for name, (file_name, person, wishes) in PEOPLE.items():
        speech = listen(SAMPLES / file_name)
        rings.append(ring(name, speech))
        picture = portrait(
            person, traits_of(speech.acoustics, person), styling_of(speech.acoustics, person), wishes
        )
        (TARGET / f"{name}.webp").write_bytes(picture)
        told = f"{name}: {person.gender} {person.age}, {speech.acoustics.pitch_hz:.0f} Hz, {len(picture)} bytes\n"
        sys.stdout.write(told)
    file_name, person, wishes = PEOPLE[LOOPING]
    film = loop(SAMPLES / file_name, person, wishes)
    (TARGET / f"{LOOPING}-loop.webp").write_bytes(film)
    sys.stdout.write(f"loop: {len(film)} bytes\n")
    rings.append(line(listen(SAMPLES / file_name)))
    file_name, person, wishes = PEOPLE[COMPARED]
    imaginary = imaginary_voice(person, recording_seed(SAMPLES / file_name))
    styling = styling_of(listen(SAMPLES / file_name).acoustics, person)
    condition = portrait(person, traits_of(imaginary, person), styling, wishes)
    (TARGET / f"{COMPARED}-condition.webp").write_bytes(condition)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg">\n{"".join(rings)}</svg>\n'
    (TARGET / "rings.svg").write_text(svg)


if __name__ == "__main__":
    main()
