"""What is done to the processes and servers, again and again, each at its own random moments."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from e2e.cluster import wait_until
from e2e.service import Service
from e2e.worker import Worker
from real_servers import RealServer

Outage = Callable[[], AbstractContextManager[str]]
"""Breaks something, says what it did, and mends it again."""
Tell = Callable[[str], None]
CHILD_SECONDS = 60


class Harm:
    """Breaks one thing after random pauses and mends it after random times, both within (least, most) seconds."""

    def __init__(
        self, name: str, outage: Outage, pause: tuple[float, float], lasting: tuple[float, float]
    ) -> None:
        self.name = name
        self.what = ""
        self.times = 0
        self._outage = outage
        self._pause = pause
        self._lasting = lasting
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self.error: Exception | None = None
        """Why it could not go on, which is a fault of the test or of what would not start again."""

    def begin(self, chance: random.Random, tell: Tell) -> None:
        """Go on until the end."""
        self._thread = threading.Thread(target=self._go_on, args=(chance, tell))
        self._thread.start()

    def end(self) -> None:
        """Mend what is broken and stop."""
        assert self._thread is not None
        self._over.set()
        self._thread.join()

    def _go_on(self, chance: random.Random, tell: Tell) -> None:
        try:
            while not self._over.wait(chance.uniform(*self._pause)):
                with self._outage() as what:
                    self.times += 1
                    self.what = what
                    seconds = chance.uniform(*self._lasting)
                    tell(f"  {self.name} {what}, for {seconds:.1f} s")
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
    """Kill the process that does the jobs, which its manager replaces."""

    @contextmanager
    def outage() -> Iterator[str]:
        wait_until(worker.kill_child, CHILD_SECONDS, "a child to kill")
        yield "child killed -9"

    return outage


def api_is_killed(api: Service) -> Outage:
    """Kill the API, and start it again without waiting for what it needs."""

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
