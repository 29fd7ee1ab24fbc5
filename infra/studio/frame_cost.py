"""Measures what a frame of a video costs: `PYTHONPATH=src python infra/studio/frame_cost.py [ROUNDS [CHECKOUT …]]`.

Each checkout makes the same videos in a process of its own, all in turns, since the speed of a machine changes from
minute to minute. Without a checkout it is this one's cost alone that is told. The figures are milliseconds of one core,
for acting, drawing and encoding, and those of each further checkout as a share of the first one's in the same round.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av
from synthetic_voices import SyntheticVoice, babble, write_wave

from adapters.audio.listening import listen
from adapters.faces.studio.engine import DrawingSettings, Studio, StudioOrder, warm_up
from application.ports.faces import Stage
from domain.look import HairStyle, LookWishes
from domain.voice import Gender, Person

HERE = Path(__file__).parents[2]
ROUNDS = 5
VOICE = SyntheticVoice(pitch_hz=190.0, tract_cm=15.0, breath=0.3, liveliness=2.5, seed=4)
FILMS = {
    "long hair": (Person(34, Gender.WOMAN), LookWishes(hair_style=HairStyle.LONG)),
    "quiff": (Person(34, Gender.MAN), LookWishes(hair_style=HairStyle.QUIFF)),
}


def frame_milliseconds(name: str, voice: Path) -> float:
    """Make a video and return the time that this process took for each of its frames."""
    person, wishes = FILMS[name]
    began: dict[Stage, float] = {}

    def report(stage: Stage, _: float) -> None:
        began.setdefault(stage, time.process_time())

    with tempfile.TemporaryDirectory() as folder:
        studio = Studio(listen, DrawingSettings(processes=1))
        files = studio.voice_face(StudioOrder(voice, person, Path(folder), wishes), report)
        with av.open(str(files.video)) as container:
            frames = sum(1 for _ in container.decode(video=0))
    return 1000 * (began[Stage.SAVING] - began[Stage.FILMING]) / frames


def measure_on_request(voice: Path) -> None:
    """Answer each name of a video that comes in a line with the cost of its frames."""
    warm_up()
    for line in sys.stdin:
        sys.stdout.write(f"{json.dumps(frame_milliseconds(line.strip(), voice))}\n")
        sys.stdout.flush()


class Checkout:
    """A process that measures one checkout's code."""

    def __init__(self, root: Path, voice: Path) -> None:
        self.root = root
        source = os.pathsep.join(str(root / folder) for folder in ("src", "infra/studio"))
        self._process = subprocess.Popen(  # noqa: S603 - this program
            [sys.executable, __file__, "measure", str(voice)],
            env=os.environ | {"PYTHONPATH": source},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def cost(self, name: str) -> float:
        """Return the milliseconds of a frame of a video."""
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the process has no pipes")
        process.stdin.write(f"{name}\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        if not answer:
            raise SystemExit(f"The code in {self.root} could not make the video.")
        return float(json.loads(answer))

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()


def compare(checkouts: list[Checkout], rounds: int) -> None:
    """Print the medians of all rounds; checkouts take turns, and every second round in the opposite order."""
    for name in FILMS:
        costs: dict[Path, list[float]] = {checkout.root: [] for checkout in checkouts}
        for number in range(rounds):
            for checkout in checkouts[:: -1 if number % 2 else 1]:
                costs[checkout.root].append(checkout.cost(name))
        first = costs[checkouts[0].root]
        for root, measured in costs.items():
            ratio = statistics.median(one / other for one, other in zip(measured, first, strict=True))
            sys.stdout.write(f"{name:10} {statistics.median(measured):6.1f} ms  {ratio:6.3f}  {root}\n")


def checkout_root(text: str) -> Path:
    """Return the folder of a checkout; raises `ArgumentTypeError` for any other."""
    root = Path(text).resolve()
    if not (root / "src/adapters/faces/studio").is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no checkout of this project")
    return root


def main() -> None:
    """Measure the checkouts that the command line names, or this one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "rounds", type=int, choices=range(1, 100), nargs="?", default=ROUNDS, metavar="ROUNDS"
    )
    parser.add_argument("checkouts", type=checkout_root, nargs="*", default=[HERE], metavar="CHECKOUT")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        voice = Path(folder) / "voice.wav"
        write_wave(babble(VOICE), voice)
        checkouts = [Checkout(root, voice) for root in chosen.checkouts]
        try:
            compare(checkouts, chosen.rounds)
        finally:
            for checkout in checkouts:
                checkout.end()


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        measure_on_request(Path(sys.argv[2]))
    else:
        main()
