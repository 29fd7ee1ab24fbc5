"""A `taskiq worker` that a test can kill, pause and start again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

TREE = Path(__file__).parents[2]
FAST_WORKER = "e2e.fast_worker:create_broker"
LISTENING = "Listening started."
START_SECONDS = 60
STOP_SECONDS = 120
"""Seconds after which a worker that should stop is taken to hang."""


@dataclass
class Worker:
    """TaskIQ's manager process and its one child process, in their own process group."""

    log: Path
    environment: dict[str, str]
    factory: str = FAST_WORKER
    grace_seconds: int = 5
    """How long a running job may continue after SIGTERM."""
    tree: Path = TREE
    """Whose code runs: the folder with `src` and `tests`."""
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
        python_path = os.pathsep.join([str(self.tree / "tests"), str(self.tree / "src")])
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "taskiq", "worker", self.factory, *arguments],
                env={**os.environ, **self.environment, "PYTHONPATH": python_path},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_until_listening(self, times: int = 1) -> None:
        """Return when the log shows for the given number of times that a child has begun to listen."""
        self.wait_for_log(LISTENING, START_SECONDS, times)

    def wait_for_log(self, text: str, seconds: float, times: int = 1) -> None:
        """Return when the log contains the text so many times; AssertionError after `seconds`."""
        deadline = time.monotonic() + seconds
        while self.log.read_text().count(text) < times:
            assert self.process is not None
            ended = self.process.poll() is not None
            if ended or time.monotonic() > deadline:
                raise AssertionError(f"the log of the worker lacks {text!r}:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.05)

    def kill_child(self) -> bool:
        """Kill the child process, which runs the jobs; return whether there was one. The manager starts another."""
        assert self.process is not None
        manager = self.process.pid
        children = Path(f"/proc/{manager}/task/{manager}/children").read_text().split()
        for child in children:
            os.kill(int(child), signal.SIGKILL)
        return bool(children)

    def kill(self) -> None:
        """Kill manager and child, so that they cannot clean up."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def pause(self) -> None:
        """Pause manager and child in the middle of their work."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let manager and child continue."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGCONT)

    def stop(self, seconds: float = STOP_SECONDS) -> int:
        """Send SIGTERM, as a container engine does, wait, and return the exit code."""
        assert self.process is not None
        self.process.terminate()
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the worker did not stop: {self.log.read_text()[-9000:]}") from None

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self.process is not None and self.process.poll() is None


@contextmanager
def working(*workers: Worker) -> Iterator[None]:
    """Start workers, and kill those that still run at the end."""
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
