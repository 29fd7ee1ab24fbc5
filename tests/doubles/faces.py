"""A fast face maker that makes small but real files."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
from PIL import Image

from application.ports.faces import FaceFailed, FaceFiles, FaceOrder, Origin, ProgressReport, Stage
from domain.voice import Acoustics, UsualMeasures, UsualRange

SIZE = 64
SLOW_AGE = 99
"""The age of persons whose faces take `SLOW_SECONDS`: a job that is still running when a test does its next step."""
SLOW_SECONDS = 120.0
ACOUSTICS = Acoustics(
    pitch_hz=120.0,
    pitch_spread_semitones=2.0,
    tract_length_cm=17.0,
    spectral_slope_db_per_octave=-6.0,
    harmonics_to_noise_db=12.0,
    timbre=(0.0,) * 12,
    voiced_seconds=4.0,
)
USUAL = UsualMeasures(pitch_hz=UsualRange(90.0, 143.0), tract_length_cm=UsualRange(15.9, 18.1))


def draw_portrait(path: Path, order: FaceOrder) -> None:
    """Write a square whose colour depends on the age of the person."""
    Image.new("RGB", (SIZE, SIZE), (order.person.age, 80, 120)).save(path)


def write_video(path: Path) -> None:
    """Write ten frames of H.264."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        stream.width = stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        for shade in range(0, 250, 25):
            frame = av.VideoFrame.from_ndarray(np.full((SIZE, SIZE, 3), shade, np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


class FastFaces:
    """Implements `FaceMaker` in about `seconds`; `trouble` is called with each order first, and may raise.

    The faces of persons of age `SLOW_AGE` take longer.
    """

    def __init__(self, seconds: float = 0.0, trouble: Callable[[FaceOrder], None] | None = None) -> None:
        self.seconds = seconds
        self.trouble = trouble
        self.orders: list[FaceOrder] = []

    async def make(self, order: FaceOrder, workspace: Path, report: ProgressReport) -> FaceFiles:
        """Make a portrait and a video in a few steps, between which it can be watched and cancelled."""
        self.orders.append(order)
        report(Stage.LISTENING, 0.5)
        if self.trouble:
            self.trouble(order)
        draw_portrait(workspace / "portrait.png", order)
        report(Stage.DRAWING, 1.0)
        seconds = SLOW_SECONDS if order.person.age == SLOW_AGE else self.seconds
        for step in range(10):
            report(Stage.FILMING, step / 10)
            await asyncio.sleep(seconds / 10)
        await asyncio.to_thread(write_video, workspace / "talking.mp4")
        return FaceFiles(
            origin=Origin.ALGORITHM,
            portrait=workspace / "portrait.png",
            video=workspace / "talking.mp4",
            acoustics=ACOUSTICS,
            usual=USUAL,
        )


def fail(message: str = "no luck", *, retryable: bool = True) -> Callable[[FaceOrder], None]:
    """Return a `trouble` that raises `FaceFailed`."""

    def trouble(_: FaceOrder) -> None:
        raise FaceFailed(message, retryable=retryable)

    return trouble
