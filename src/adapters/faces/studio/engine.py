"""The studio without the service: a voice file in, a portrait and a talking video out."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.anatomy.character import PORTRAIT_POSE, Character
from adapters.faces.studio.design.colour import srgb
from adapters.faces.studio.design.influences import influences_of
from adapters.faces.studio.design.mapping import FaceDesign, design_face
from adapters.faces.studio.design.traits import NEUTRAL, Traits, traits_of
from adapters.faces.studio.film.acting import perform
from adapters.faces.studio.film.encoder import FRAME_RATE, write_png
from adapters.faces.studio.film.filming import film, usable_cores
from adapters.faces.studio.film.loop import write_loop
from adapters.faces.studio.film.visemes import mouth_track
from adapters.faces.studio.render.renderer import PORTRAIT, Backdrop, Picture, Quality, Renderer, backdrop
from application.ports.audio import SAMPLE_RATE, Listener, Speech
from application.ports.faces import FaceFiles, ProgressReport, Stage
from domain.look import NO_WISHES, LookWishes
from domain.voice import Acoustics, Gender, Person

LONGEST_SECONDS = 8.0
SIZE = 512
PORTRAIT_FILE, VIDEO_FILE, LOOP_FILE = "portrait.png", "talking.mp4", "loop.webp"
BACKDROP_MIDDLE, BACKDROP_EDGE = srgb("8a96a3"), srgb("444e5b")


@dataclass(frozen=True, slots=True)
class Studio:
    """Makes faces of both kinds; blocking and heavy, so call it outside an event loop."""

    listen: Listener
    size: int = SIZE
    """Pixels of the square pictures."""
    processes: int | None = None
    """How many processes draw a video; None for one a usable core."""

    def voice_face(
        self,
        voice: Path,
        person: Person,
        folder: Path,
        report: ProgressReport,
        wishes: LookWishes = NO_WISHES,
    ) -> FaceFiles:
        """Make the face that follows the voice; raises `VoiceRefused`."""
        speech = self._hear(voice, report)
        traits = traits_of(speech.acoustics, person)
        files = self._make(speech, person, traits, folder, report, wishes)
        return replace(files, acoustics=speech.acoustics, influences=influences_of(speech.acoustics, person))

    def condition_face(
        self,
        voice: Path,
        person: Person,
        folder: Path,
        report: ProgressReport,
        wishes: LookWishes = NO_WISHES,
    ) -> FaceFiles:
        """Make the face of age and gender alone; its mouth speaks the same voice. Raises `VoiceRefused`."""
        speech = self._hear(voice, report)
        return self._make(speech, person, NEUTRAL, folder, report, wishes)

    def _hear(self, voice: Path, report: ProgressReport) -> Speech:
        report(Stage.LISTENING, 0.0)
        speech = self.listen(voice)
        report(Stage.LISTENING, 1.0)
        return speech

    def _make(
        self,
        speech: Speech,
        person: Person,
        traits: Traits,
        folder: Path,
        report: ProgressReport,
        wishes: LookWishes,
    ) -> FaceFiles:
        report(Stage.SHAPING, 0.0)
        character = Character(design_face(person, traits, wishes))
        report(Stage.DRAWING, 0.0)
        portrait = folder / PORTRAIT_FILE
        write_png(draw_portrait(character, self.size), portrait)
        report(Stage.FILMING, 0.0)
        samples = samples_of(speech)
        frames = min(ceil(len(samples) * FRAME_RATE / SAMPLE_RATE), int(LONGEST_SECONDS * FRAME_RATE))
        mouth = mouth_track(samples, frames, FRAME_RATE)
        performance = perform(mouth, FRAME_RATE, seed=voice_seed(speech.acoustics))
        film(
            character,
            performance,
            samples,
            studio_backdrop(self.size),
            folder / VIDEO_FILE,
            processes=self.processes or usable_cores(),
            filmed=lambda share: report(Stage.FILMING, share),
        )
        report(Stage.SAVING, 0.0)
        write_loop(folder / VIDEO_FILE, folder / LOOP_FILE)
        return FaceFiles(portrait=portrait, video=folder / VIDEO_FILE, loop=folder / LOOP_FILE)


def samples_of(speech: Speech) -> NDArray[np.float32]:
    """Return a speech's samples as an array."""
    return np.frombuffer(speech.samples, dtype=np.float32)


def voice_seed(acoustics: Acoustics) -> int:
    """Return a number that is the same for the same measures, for all that is random but fixed."""
    digest = hashlib.sha256(repr(acoustics.timbre).encode()).digest()
    return int.from_bytes(digest[:4])


def studio_backdrop(size: int) -> Backdrop:
    """Return the grey-blue backdrop of all pictures."""
    return backdrop(size, BACKDROP_MIDDLE, BACKDROP_EDGE)


def draw_portrait(character: Character, size: int, quality: Quality = PORTRAIT) -> Picture:
    """Draw a character at rest."""
    design = character.design
    mesh = character.mesh(design.expression, PORTRAIT_POSE)
    renderer = Renderer(size, quality)
    return renderer.draw(mesh, character.occlusion, character.camera(), design.look, studio_backdrop(size))


def design_of(speech: Speech, person: Person, wishes: LookWishes = NO_WISHES) -> FaceDesign:
    """Return the design of a voice's face without drawing it."""
    return design_face(person, traits_of(speech.acoustics, person), wishes)


def warm_up(told: Callable[[str], None] | None = None) -> None:
    """Compile what is not compiled yet, and load the rest; afterwards a face takes no compiling."""
    if told is not None:
        told("Preparing the studio: its drawing code is compiled once.")
    person = Person(age=30, gender=Gender.WOMAN)
    draw_portrait(Character(design_face(person, NEUTRAL)), size=16)
