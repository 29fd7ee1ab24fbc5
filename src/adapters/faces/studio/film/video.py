"""The talking video: drawn in several processes at once, one for each core that may be used."""

import math
import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.anatomy.character import Character
from adapters.faces.studio.film.acting import Performance
from adapters.faces.studio.film.encoder import join, write_part
from adapters.faces.studio.progress import ParentWatch
from adapters.faces.studio.render.mesh import DrawMesh
from adapters.faces.studio.render.renderer import FRAME, Backdrop, Picture, Renderer

FEWEST_FRAMES = 25
"""A part with fewer frames than this is not worth a process."""
POLL_SECONDS = 0.2
CPU_LIMIT = Path("/sys/fs/cgroup/cpu.max")
"""How much time on all cores a container may use in how long a period; only a container sees its own limit here."""

VideoProgress = Callable[[float], None]
"""Called with the share of the frames that are drawn, 0..1."""


class VideoFailed(Exception):
    """A process that drew a part of the video ended with an error."""


@dataclass(frozen=True, slots=True)
class Video:
    """What a video shows."""

    character: Character
    performance: Performance
    backdrop: Backdrop

    def mesh(self, frame: int) -> DrawMesh:
        """Return the character as a frame shows it."""
        performance = self.performance
        expression = performance.expression(frame, self.character.design.expression)
        return self.character.mesh(expression, performance.pose(frame))

    def pictures(self, frames: range) -> Iterator[Picture]:
        """Draw some of the performance's frames."""
        character, performance = self.character, self.performance
        renderer = Renderer(len(self.backdrop.light), FRAME)
        camera = character.camera()
        for frame in frames:
            mesh = self.mesh(frame)
            look_right, look_up = performance.gaze[frame]
            appearance = character.appearance(mesh, float(look_right), float(look_up))
            yield renderer.draw(mesh, character.occlusion, camera, appearance, self.backdrop)


@dataclass(frozen=True, slots=True)
class _Part:
    """Frames of the video that one process draws, and their file."""

    frames: range
    path: Path


def write_video(
    video: Video, sound: NDArray[np.float32], target: Path, processes: int, progress: VideoProgress
) -> None:
    """Write the talking video with its sound (mono at `SOUND_RATE`); raises `VideoFailed`.

    This process draws, too. The others are forked from it, so that the head and the compiled code are not loaded again.
    """
    frames = len(video.performance)
    context = multiprocessing.get_context("fork")
    done: Synchronized[int] = context.Value("i", 0)

    def report() -> None:
        progress(done.value / frames)

    with tempfile.TemporaryDirectory(dir=target.parent, prefix="video-") as folder:
        parts = _divide(frames, processes, Path(folder))
        children = [
            context.Process(target=_draw_in_child, args=(video, part, done), daemon=True)
            for part in parts[1:]
        ]
        for child in children:
            child.start()
        try:
            _draw(video, parts[0], done, report)
            for child in children:
                while child.is_alive():
                    child.join(POLL_SECONDS)
                    report()
        finally:
            for child in children:
                child.kill()
                child.join()
        if any(child.exitcode for child in children):
            raise VideoFailed("A part of the video could not be drawn.")
        join([part.path for part in parts], sound, frames, target)


def _divide(frames: int, processes: int, folder: Path) -> list[_Part]:
    """Divide the frames into parts of about the same length, one for each process that is worth it."""
    count = max(1, min(processes, frames // FEWEST_FRAMES))
    bounds = np.linspace(0, frames, count + 1).astype(int)
    return [
        _Part(range(int(bounds[number]), int(bounds[number + 1])), folder / f"{number}.mp4")
        for number in range(count)
    ]


def _draw(video: Video, part: _Part, done: "Synchronized[int]", after_frame: Callable[[], None]) -> None:
    """Draw and encode a part, and count its frames in `done`."""

    def counted() -> Iterator[Picture]:
        for picture in video.pictures(part.frames):
            yield picture
            with done.get_lock():
                done.value += 1
            after_frame()

    write_part(counted(), part.path)


def _draw_in_child(video: Video, part: _Part, done: "Synchronized[int]") -> None:
    """Draw a part in a forked process, which ends when its parent has ended."""
    _draw(video, part, done, ParentWatch().check)


def usable_cores() -> int:
    """Return how many cores this process may use, or how many there are where the system has no such limit.

    A share of a core that a container may use counts as one.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        time, period = CPU_LIMIT.read_text().split()
    except OSError:
        return cores
    return cores if time == "max" else min(cores, math.ceil(int(time) / int(period)))
