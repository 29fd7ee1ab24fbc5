"""The studio without the service: from the file of a recording to a portrait, a talking video and a loop."""

import hashlib
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.anatomy.character import PORTRAIT_POSE, Character
from adapters.faces.studio.design.colour import srgb
from adapters.faces.studio.design.imaginary_voice import imaginary_voice
from adapters.faces.studio.design.influences import influences_of
from adapters.faces.studio.design.mapping import design_face
from adapters.faces.studio.design.styling import styling_of
from adapters.faces.studio.design.traits import NEUTRAL, Traits, traits_of
from adapters.faces.studio.design.usual_voice import usual_measures
from adapters.faces.studio.film.acting import perform
from adapters.faces.studio.film.encoder import FRAME_RATE, write_png
from adapters.faces.studio.film.loop import write_loop
from adapters.faces.studio.film.video import Video, usable_cores, write_video
from adapters.faces.studio.film.visemes import mouth_track
from adapters.faces.studio.render.renderer import PORTRAIT, Backdrop, Picture, Renderer, backdrop
from application.ports.audio import SAMPLE_RATE, Listener, Speech
from application.ports.faces import FaceFiles, Origin, ProgressReport, Stage
from domain.look import NO_WISHES, LookWishes
from domain.voice import Acoustics, Gender, Person

LONGEST_SECONDS = 8.0
"""A video shows no more than this of a longer recording; less than `SOUND_SECONDS`, so that its sound fades out."""
PORTRAIT_FILE, VIDEO_FILE, LOOP_FILE = "portrait.png", "talking.mp4", "loop.webp"
BACKDROP_MIDDLE, BACKDROP_EDGE = srgb("8a96a3"), srgb("444e5b")


@dataclass(frozen=True, slots=True)
class DrawingSettings:
    """How large pictures are, and how many processes draw a video."""

    size: int = 512
    """Pixels of the square pictures."""
    processes: int | None = None
    """None for one on each usable core."""


FULL_SIZE = DrawingSettings()


@dataclass(frozen=True, slots=True)
class StudioOrder:
    """What a face is made from, and where its files go."""

    recording: Path
    person: Person
    folder: Path
    """An existing folder; files of an earlier face are replaced."""
    wishes: LookWishes = NO_WISHES


@dataclass(frozen=True, slots=True)
class Studio:
    """Makes faces of both kinds; blocking and heavy, so call it outside an event loop."""

    listen: Listener
    drawing: DrawingSettings = FULL_SIZE

    def voice_face(self, order: StudioOrder, report: ProgressReport) -> FaceFiles:
        """Make the face that follows the voice; raises `VoiceRefused`."""
        speech = self._listen(order, report)
        files = self._make(order, speech, traits_of(speech.acoustics, order.person), report)
        influences = influences_of(speech.acoustics, order.person)
        return replace(
            files,
            acoustics=speech.acoustics,
            influences=influences,
            usual=usual_measures(order.person),
        )

    def condition_face(self, order: StudioOrder, report: ProgressReport) -> FaceFiles:
        """Make the face of an imaginary voice of that age and gender, styled as the voice face.

        Its mouth speaks the real voice. Raises `VoiceRefused`.
        """
        imaginary = imaginary_voice(order.person, recording_seed(order.recording))
        return self._make(order, self._listen(order, report), traits_of(imaginary, order.person), report)

    def _listen(self, order: StudioOrder, report: ProgressReport) -> Speech:
        report(Stage.LISTENING, 0.0)
        speech = self.listen(order.recording)
        report(Stage.LISTENING, 1.0)
        return speech

    def _make(self, order: StudioOrder, speech: Speech, traits: Traits, report: ProgressReport) -> FaceFiles:
        files = FaceFiles(
            origin=Origin.ALGORITHM,
            portrait=order.folder / PORTRAIT_FILE,
            video=order.folder / VIDEO_FILE,
            loop=order.folder / LOOP_FILE,
        )
        report(Stage.SHAPING, 0.0)
        styling = styling_of(speech.acoustics, order.person)
        character = Character(design_face(order.person, traits, styling, order.wishes))
        report(Stage.DRAWING, 0.0)
        write_png(draw_portrait(character, self.drawing.size), order.folder / PORTRAIT_FILE)
        report(Stage.FILMING, 0.0)
        self._write_video(character, speech, order.folder / VIDEO_FILE, report)
        report(Stage.SAVING, 0.0)
        write_loop(order.folder / VIDEO_FILE, order.folder / LOOP_FILE)
        return files

    def _write_video(
        self, character: Character, speech: Speech, target: Path, report: ProgressReport
    ) -> None:
        samples = samples_of(speech)
        frames = min(ceil(len(samples) * FRAME_RATE / SAMPLE_RATE), int(LONGEST_SECONDS * FRAME_RATE))
        mouth = mouth_track(samples, frames, FRAME_RATE)
        performance = perform(mouth, FRAME_RATE, seed=voice_seed(speech.acoustics))
        video = Video(character, performance, studio_backdrop(self.drawing.size))
        processes = self.drawing.processes or usable_cores()
        sound = np.frombuffer(speech.sound, dtype=np.float32)
        write_video(video, sound, target, processes, lambda share: report(Stage.FILMING, share))


def samples_of(speech: Speech) -> NDArray[np.float32]:
    """Return a speech's samples as an array."""
    return np.frombuffer(speech.samples, dtype=np.float32)


def recording_seed(recording: Path) -> int:
    """Return the seed of the imaginary voice: a digest of the file (SHA-256), which no measure of the voice follows."""
    with recording.open("rb") as file:
        return int.from_bytes(hashlib.file_digest(file, "sha256").digest())


def voice_seed(acoustics: Acoustics) -> int:
    """Return the seed of a performance: the same for the same timbre."""
    digest = hashlib.sha256(repr(acoustics.timbre).encode()).digest()
    return int.from_bytes(digest[:4])


def studio_backdrop(size: int) -> Backdrop:
    """Return the grey-blue backdrop of all pictures."""
    return backdrop(size, BACKDROP_MIDDLE, BACKDROP_EDGE)


def draw_portrait(character: Character, size: int) -> Picture:
    """Draw a character at rest."""
    design = character.design
    mesh = character.mesh(design.expression, PORTRAIT_POSE)
    renderer = Renderer(size, PORTRAIT)
    return renderer.draw(
        mesh, character.occlusion, character.camera(), character.appearance(mesh), studio_backdrop(size)
    )


def warm_up() -> None:
    """Compile what is not compiled yet, and load the rest, so that the first face takes no longer than others."""
    person = Person(age=30, gender=Gender.WOMAN)
    draw_portrait(Character(design_face(person, NEUTRAL)), size=16)
