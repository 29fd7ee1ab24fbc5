"""The outages: each process and each server is killed or stopped again and again, at random times."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from e2e.cluster import wait_until
from e2e.service import Service
from e2e.worker import Worker
from real_servers import RealServer

Outage = Callable[[], AbstractContextManager[str]]
"""Kills or stops something, gives a word for that, and starts it again."""
Print = Callable[[str], None]
CHILD_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Times:
    """The shortest and the longest time in seconds."""

    shortest: float
    longest: float

    def draw(self, chance: random.Random) -> float:
        """Return a random time between the two."""
        return chance.uniform(self.shortest, self.longest)


class RepeatedOutage:
    """Causes an outage again and again, in a thread: after random pauses and for random times."""

    def __init__(self, name: str, outage: Outage, pauses: Times, durations: Times) -> None:
        self.name = name
        self.what = ""
        self.count = 0
        self._outage = outage
        self._pauses = pauses
        self._durations = durations
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self.error: Exception | None = None
        """Why it could not continue: a mistake of the test, or something that did not start again."""

    def begin(self, chance: random.Random, print_line: Print) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._run, args=(chance, print_line))
        self._thread.start()

    def end(self) -> None:
        """Start again what is stopped, and end the thread."""
        assert self._thread is not None
        self._over.set()
        self._thread.join()

    def _run(self, chance: random.Random, print_line: Print) -> None:
        try:
            while not self._over.wait(self._pauses.draw(chance)):
                with self._outage() as what:
                    self.count += 1
                    self.what = what
                    seconds = self._durations.draw(chance)
                    print_line(f"  {self.name} {what}, for {seconds:.1f} s")
                    self._over.wait(seconds)
        except Exception as error:  # noqa: BLE001 - raised by the thread that ends this one
            self.error = error


def worker_is_killed(worker: Worker) -> Outage:
    """Kill a worker with its manager, and start it again."""

    @contextmanager
    def outage() -> Iterator[str]:
        worker.kill()
        yield "killed -9"
        worker.start()

    return outage


def child_is_killed(worker: Worker) -> Outage:
    """Kill the process that runs the jobs; its manager replaces it."""

    @contextmanager
    def outage() -> Iterator[str]:
        wait_until(worker.kill_child, CHILD_SECONDS, "a child process to kill")
        yield "child killed -9"

    return outage


def api_is_killed(api: Service) -> Outage:
    """Kill the API, and start it again without waiting for its backing services."""

    @contextmanager
    def outage() -> Iterator[str]:
        api.kill()
        yield "killed -9"
        api.start(until="live")

    return outage


def server_is_stopped(server: RealServer) -> Outage:
    """Stop a server and start it again."""

    @contextmanager
    def outage() -> Iterator[str]:
        server.stop()
        yield "stopped"
        server.start()

    return outage
