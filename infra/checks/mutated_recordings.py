"""Checks damaged recordings as uploads are checked, two at once, and prints what became of them.

Each must end in sound or in a refusal, in at most 10 s and 512 MB, and its process must not die. Exit code 1 when one
did not, or when the time was over before all were checked. `--first NUMBER --count 1` makes a case again.
"""

import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, TypeVarTuple

import click

from adapters.audio.checking import DecodingVoiceChecker
from adapters.processes.apart import MEMORY_LIMIT
from adapters.processes.limited import TIME_LIMIT_SECONDS, LimitedProcesses
from application.ports.processes import CostsTooMuch, ProcessDied, Processes
from domain.errors import VoiceRefused
from domain.ids import UserId
from unit.audio.measured_work import measured
from unit.audio.mutations import Damaged, damaged

Arguments = TypeVarTuple("Arguments")
T = TypeVar("T")

PROCESSES = 2
PROGRESS = 1_000


@dataclass(frozen=True)
class Outcome:
    """What became of one recording."""

    number: int
    recording: Damaged
    kind: str
    """`sound`, the reason of a refusal, or what it did that none may do."""
    failed: bool
    seconds: float
    bytes: int
    """Growth of the checking process's resident memory at its peak."""


class Measured:
    """Implements `Processes`, and measures how far the resident memory of each process grows."""

    def __init__(self, processes: Processes) -> None:
        self._processes = processes
        self.grown = 0
        """Bytes, of the last process that did not die."""

    async def run(
        self,
        function: Callable[[*Arguments], T],
        *arguments: *Arguments,
        answer: type[T],
        errors: tuple[type[Exception], ...] = (),
        reads: tuple[Path, ...] = (),
        writes: tuple[Path, ...] = (),
    ) -> T:
        """Run a function, which writes one file."""
        peak = writes[0].with_suffix(".peak")
        self.grown = 0
        try:
            return await self._processes.run(
                measured,
                peak,
                function,
                arguments,
                answer=answer,
                errors=errors,
                reads=reads,
                writes=(*writes, peak),
            )
        finally:
            if peak.exists():
                self.grown = int(peak.read_text() or 0)
                peak.unlink()


async def check(measuring: Measured, seed: int, number: int, folder: Path) -> Outcome:
    """Check one recording."""
    recording = damaged(seed, number)
    path = folder / str(number)
    path.write_bytes(recording.content)
    copy = path.with_suffix(".copy")
    checker = DecodingVoiceChecker(measuring)
    started = time.monotonic()
    [result] = await asyncio.gather(checker.check(path, copy, UserId("one")), return_exceptions=True)
    seconds = time.monotonic() - started
    path.unlink()
    copy.unlink(missing_ok=True)
    cause = result.__cause__ if isinstance(result, BaseException) else None
    if isinstance(cause, ProcessDied):  # the checker makes a refusal of it
        failure = "died"
    elif isinstance(cause, CostsTooMuch) and seconds > TIME_LIMIT_SECONDS:
        failure = "too slow"
    elif measuring.grown > MEMORY_LIMIT:
        failure = "too large"
    elif isinstance(result, BaseException) and not isinstance(result, VoiceRefused):
        failure = type(result).__name__
    else:
        failure = ""
    kind = failure or (result.reason if isinstance(result, VoiceRefused) else "sound")
    return Outcome(number, recording, kind, bool(failure), seconds, measuring.grown)


class Run:
    """Checks recordings in threads, so that two run at once."""

    def __init__(self, seed: int, numbers: Iterable[int], minutes: float, keep: Path | None) -> None:
        self.outcomes: list[Outcome] = []
        self._seed = seed
        self._numbers: Iterator[int] = iter(numbers)
        self._end = time.monotonic() + 60 * minutes
        self._keep = keep

    def run(self) -> None:
        """Return when all recordings are checked, or the time is over."""
        with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(PROCESSES) as threads:
            runs = [threads.submit(asyncio.run, self._check_all(Path(folder))) for _ in range(PROCESSES)]
            for done in runs:
                done.result()

    async def _check_all(self, folder: Path) -> None:
        measuring = Measured(LimitedProcesses())
        for number in self._numbers:
            if time.monotonic() > self._end:
                return
            self._note(await check(measuring, self._seed, number, folder))

    def _note(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        if len(self.outcomes) % PROGRESS == 0:
            click.echo(f"{len(self.outcomes)} checked", err=True)
        if outcome.failed:
            click.echo(f"{outcome.number}: {outcome.kind} after {outcome.seconds:.1f} s", err=True)
            if self._keep is not None:
                self._keep.mkdir(parents=True, exist_ok=True)
                name = f"{outcome.number}.{outcome.recording.container}"
                (self._keep / name).write_bytes(outcome.recording.content)


def tally(name: str, keyed: Iterable[tuple[str, Outcome]]) -> str:
    """Return a table of how often each outcome occurred, with a row for each key."""
    rows: dict[str, list[Outcome]] = {}
    for key, outcome in keyed:
        rows.setdefault(key, []).append(outcome)
        rows.setdefault("all", []).append(outcome)
    kinds = [kind for kind, _ in Counter(outcome.kind for outcome in rows["all"]).most_common()]
    lines = [[name, "checked", *kinds, "most s", "most MB"]]
    for key in sorted(rows, key=lambda key: (key == "all", key)):
        counts = Counter(outcome.kind for outcome in rows[key])
        most = max(o.seconds for o in rows[key]), max(o.bytes for o in rows[key]) / 2**20
        lines.append([key, str(len(rows[key])), *(str(counts[kind] or "") for kind in kinds)])
        lines[-1] += [f"{most[0]:.1f}", f"{most[1]:.0f}"]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines
    )


@click.command()
@click.option("--count", default=20_000, show_default=True, help="How many recordings to check.")
@click.option("--first", default=0, show_default=True, help="Number of the first recording.")
@click.option("--seed", default=1, show_default=True, help="Another seed gives other recordings.")
@click.option("--minutes", default=80.0, show_default=True, help="Stop after this time.")
@click.option("--keep", type=click.Path(path_type=Path), help="Folder for recordings that fail.")
def main(count: int, first: int, seed: int, minutes: float, keep: Path | None) -> None:
    """Check damaged recordings, and print a tally."""
    started = time.monotonic()
    run = Run(seed, range(first, first + count), minutes, keep)
    run.run()
    click.echo(tally("container", ((o.recording.container, o) for o in run.outcomes)))
    click.echo()
    click.echo(tally("channels", ((f"{o.recording.channels:2}", o) for o in run.outcomes)))
    failed = sum(outcome.failed for outcome in run.outcomes)
    taken = (time.monotonic() - started) / 60
    click.echo(f"\n{len(run.outcomes)} of {count} checked in {taken:.0f} min, {failed} failed")
    sys.exit(1 if failed or len(run.outcomes) < count else 0)


if __name__ == "__main__":
    main()
