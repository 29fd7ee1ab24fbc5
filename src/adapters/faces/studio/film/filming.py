"""Films a performance, in as many processes as there are cores to use."""

import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterator
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.anatomy.character import Character
from adapters.faces.studio.film.acting import Performance
from adapters.faces.studio.film.encoder import join, write_part
from adapters.faces.studio.progress import ParentWatch
from adapters.faces.studio.render.renderer import FRAME, Backdrop, Picture, Renderer

FEWEST_FRAMES = 25
"""A part shorter than this is not worth a process."""
POLL_SECONDS = 0.2

Filmed = Callable[[float], None]
"""Told the share of frames that are done."""


class FilmBroke(Exception):
    """A process that drew a part of the film ended badly."""


def film(
    character: Character,
    performance: Performance,
    samples: NDArray[np.float32],
    behind: Backdrop,
    target: Path,
    *,
    processes: int,
    filmed: Filmed,
) -> None:
    """Write the talking video. Other processes are forked, so that they share what is loaded already."""
    frames = len(performance)
    count = max(1, min(processes, frames // FEWEST_FRAMES))
    bounds = np.linspace(0, frames, count + 1).astype(int)
    context = multiprocessing.get_context("fork")
    done: Synchronized[int] = context.Value("i", 0)

    with tempfile.TemporaryDirectory(dir=target.parent, prefix="film-") as folder:
        parts = [Path(folder, f"{number}.mp4") for number in range(count)]

        def draw(number: int, tell: Callable[[], None]) -> None:
            span = range(int(bounds[number]), int(bounds[number + 1]))
            write_part(_frames(character, performance, behind, span, done, tell), parts[number])

        def draw_in_child(number: int) -> None:
            draw(number, ParentWatch().check)

        children = [context.Process(target=draw_in_child, args=(n,), daemon=True) for n in range(1, count)]
        for child in children:
            child.start()
        try:
            draw(0, lambda: filmed(done.value / frames))
            for child in children:
                while child.is_alive():
                    child.join(POLL_SECONDS)
                    filmed(done.value / frames)
        finally:
            for child in children:
                child.kill()
                child.join()
        if any(child.exitcode for child in children):
            raise FilmBroke("A part of the film could not be drawn.")
        join(parts, samples, frames, target)


def _frames(
    character: Character,
    performance: Performance,
    behind: Backdrop,
    span: range,
    done: "Synchronized[int]",
    tell: Callable[[], None],
) -> Iterator[Picture]:
    renderer = Renderer(len(behind.light), FRAME)
    design, camera = character.design, character.camera()
    for frame in span:
        mesh = character.mesh(performance.expression(frame, design.expression), performance.pose(frame))
        gaze_x, gaze_y = performance.gaze[frame]
        eyes = design.look.eyes._replace(gaze_x=float(gaze_x), gaze_y=float(gaze_y))
        look = design.look._replace(eyes=eyes)
        yield renderer.draw(mesh, character.occlusion, camera, look, behind)
        with done.get_lock():
            done.value += 1
        tell()


def usable_cores() -> int:
    """Return how many cores this process may run on; where the system does not tell, how many there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
