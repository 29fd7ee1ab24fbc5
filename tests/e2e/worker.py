"""A `taskiq worker` to watch, kill, freeze and start again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

TESTS = Path(__file__).parents[1]
FAST_WORKER = "e2e.fast_worker:create_broker"
LISTENING = "Listening started."
START_SECONDS = 60


@dataclass
class Worker:
    """TaskIQ's manager and its one child, in a process group of their own."""

    log: Path
    environment: dict[str, str]
    factory: str = FAST_WORKER
    grace_seconds: int = 5
    """How long a running job may go on once the worker is told to stop."""
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start without waiting."""
        arguments = [
            "--workers",
            "1",
            "--max-async-tasks",
            "1",
            "--wait-tasks-timeout",
            str(self.grace_seconds),
        ]
        python_path = os.pathsep.join([str(TESTS), str(TESTS.parent / "src")])
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "taskiq", "worker", self.factory, *arguments],
                env={**os.environ, **self.environment, "PYTHONPATH": python_path},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_until_listening(self, times: int = 1) -> None:
        """Return once its child has begun to listen, for the given time counted from the log's beginning."""
        self.wait_for_words(LISTENING, START_SECONDS, times)

    def wait_for_words(self, words: str, seconds: float, times: int = 1) -> None:
        """Return once the log holds these words; AssertionError after so long."""
        deadline = time.monotonic() + seconds
        while self.log.read_text().count(words) < times:
            assert self.process is not None
            ended = self.process.poll() is not None
            if ended or time.monotonic() > deadline:
                raise AssertionError(f"the worker never said {words!r}:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.05)

    def kill_child(self) -> bool:
        """End the process that does the jobs, and tell whether there was one just now; its manager starts another."""
        assert self.process is not None
        manager = self.process.pid
        children = Path(f"/proc/{manager}/task/{manager}/children").read_text().split()
        for child in children:
            os.kill(int(child), signal.SIGKILL)
        return bool(children)

    def kill(self) -> None:
        """End manager and child as a power cut would."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def freeze(self) -> None:
        """Stop both in the middle of whatever they do."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let them go on."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGCONT)

    def stop(self, seconds: float = 30) -> int:
        """Ask it to stop, as a container's engine does, and return its exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(seconds)

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self.process is not None and self.process.poll() is None


@contextmanager
def working(*workers: Worker) -> Iterator[None]:
    """Run workers until the end, and leave none behind."""
    try:
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.wait_until_listening()
        yield
    finally:
        for worker in workers:
            if worker.is_running:
                worker.kill()
