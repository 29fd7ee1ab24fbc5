"""How long the studio takes for a portrait and for the videos, when its code is already compiled."""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.audio.listening import listen
from adapters.faces.studio.engine import Studio, StudioOrder
from application.ports.faces import Stage
from bench.rig import Rig
from bench.table import Line
from domain.voice import Gender, Person
from e2e.voices import short_voice

PORTRAITS = 10
PERSON = Person(34, Gender.WOMAN)
VOICE_SECONDS = 15.0


class _Drawn(Exception):
    """Ends a run of the studio when the portrait is drawn, before the video."""


def portrait_seconds(voice: Path) -> float:
    """Return how long it takes from a recording to its portrait."""

    def stop_at_filming(stage: Stage, _: float) -> None:
        if stage is Stage.FILMING:
            raise _Drawn

    with TemporaryDirectory() as folder:
        started = time.perf_counter()
        try:
            Studio(listen).voice_face(StudioOrder(voice, PERSON, Path(folder)), stop_at_filming)
        except _Drawn:
            return time.perf_counter() - started
    raise AssertionError("the studio ended without a video")


def video_seconds(voice: Path, both: bool) -> float:
    """Return how long one face with its video takes, or both faces, one after the other."""
    studio = Studio(listen)
    with TemporaryDirectory() as folder:
        order = StudioOrder(voice, PERSON, Path(folder))
        started = time.perf_counter()
        studio.voice_face(order, lambda *_: None)
        if both:
            studio.condition_face(order, lambda *_: None)
        return time.perf_counter() - started


def main() -> None:
    """Measure in this process, and write the seconds to standard output as JSON."""
    voice = Path(sys.argv[1])
    portrait_seconds(voice)
    portraits = [portrait_seconds(voice) for _ in range(PORTRAITS)]
    json.dump(
        {
            "portrait": statistics.median(portraits),
            "one": video_seconds(voice, both=False),
            "both": video_seconds(voice, both=True),
        },
        sys.stdout,
    )


def measure_drawing(rig: Rig) -> list[Line]:
    """Measure portrait and videos in a separate process, as the service draws them."""
    voice = rig.cluster.folder / "long.wav"
    voice.write_bytes(short_voice(VOICE_SECONDS))
    command = [sys.executable, "-m", "bench.drawing", str(voice)]
    written = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    seconds = json.loads(written)
    return [
        Line(what=what, figure=seconds[name], unit="s", bar=bar, kind="at most")
        for what, name, bar in (
            ("Portrait, from 15 s of voice, median of ten", "portrait", 0.7),
            ("One face with its video of 8 s", "one", 12),
            ("Voice and condition face with their videos", "both", 20),
        )
    ]


if __name__ == "__main__":
    main()
