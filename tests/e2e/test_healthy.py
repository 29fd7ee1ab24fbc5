"""The health checks of containers, as commands beside a running API and a running worker."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from e2e.cluster import Cluster, wait_until
from e2e.service import REAL_SERVICE, STOP_SECONDS, Service, running
from e2e.worker import working
from entrypoints.composition.sign_of_life import OLDEST_SECONDS, sign_of_life

LIMIT_SECONDS = 60


def healthy(process: str, **environment: str) -> tuple[int, str]:
    """Return the exit code of the health check, and what it says."""
    completed = subprocess.run(
        [*REAL_SERVICE, "healthy", process],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert "Traceback" not in completed.stdout
    return completed.returncode, completed.stdout


def make_old(sign: Path) -> None:
    """Act as if the time had passed after which a worker is taken to hang."""
    long_ago = time.time() - 2 * OLDEST_SECONDS
    os.utime(sign, (long_ago, long_ago))


def test_an_api_is_healthy_while_it_is_ready_and_not_when_it_drains_or_has_ended(tmp_path: Path) -> None:
    service = Service(tmp_path / "data", environment={"V2F_DRAIN_SECONDS": "600"})

    def check() -> tuple[int, str]:
        return healthy("api", V2F_PORT=str(service.port), V2F_DATA=str(service.data))

    with running(service):
        assert check() == (0, "The API is ready.\n")
        assert service.process is not None
        service.process.terminate()
        wait_until(lambda: check()[0] == 1, LIMIT_SECONDS, "unhealthy")
        assert "about to stop" in check()[1]
        service.process.terminate()
        assert service.process.wait(STOP_SECONDS) == -signal.SIGTERM
    code, said = check()
    assert code == 1
    assert f"No API answers at 127.0.0.1 on port {service.port}" in said


def test_a_worker_is_healthy_while_its_event_loop_turns(cluster: Cluster) -> None:
    data = cluster.folder / "alone"
    worker = cluster.worker("alone", V2F_DATA=str(data))
    sign = sign_of_life(data)
    check: Callable[[], tuple[int, str]] = lambda: healthy("worker", V2F_DATA=str(data))  # noqa: E731
    assert check() == (1, f"Error: No worker works: there is no {sign}.\n")
    with working(worker):
        assert check() == (0, "The worker works.\n")
        worker.pause()
        make_old(sign)
        code, said = check()
        assert (code, "The worker hangs or was killed" in said) == (1, True)
        worker.resume()
        wait_until(lambda: check()[0] == 0, LIMIT_SECONDS, "healthy again")
        worker.kill()
        make_old(sign)
        assert check()[0] == 1
    with working(worker):
        wait_until(lambda: check()[0] == 0, LIMIT_SECONDS, "healthy after a restart")
        assert worker.stop() == 0
    assert check() == (1, f"Error: No worker works: there is no {sign}.\n")
