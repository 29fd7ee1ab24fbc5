"""An API process that is told to stop: it is not ready from then on, and works on so that callers can go elsewhere."""

import contextlib
import signal
import sqlite3
import time
from http import HTTPStatus
from pathlib import Path

import httpx

from e2e.cluster import wait_until
from e2e.service import TIMEOUT, Service, running, sign_up, submit
from e2e.voices import short_voice

LONG = "600"
LIMIT_SECONDS = 60


def draining(folder: Path, seconds: str) -> Service:
    return Service(folder / "data", environment={"V2F_DRAIN_SECONDS": seconds, "FAST_FACE_SECONDS": "60"})


def is_ready(service: Service) -> bool:
    answer = httpx.get(f"http://127.0.0.1:{service.port}/health/ready", timeout=TIMEOUT)
    return answer.status_code == HTTPStatus.OK


def is_listening(service: Service) -> bool:
    with contextlib.suppress(httpx.TransportError):
        httpx.get(f"http://127.0.0.1:{service.port}/health/live", timeout=TIMEOUT)
        return True
    return False


def tell_to_stop(service: Service) -> None:
    assert service.process is not None
    service.process.terminate()


def exit_code(service: Service) -> int:
    assert service.process is not None
    return service.process.wait(LIMIT_SECONDS)


def test_a_service_that_is_told_to_stop_is_not_ready_but_works_on_until_a_second_signal(
    tmp_path: Path,
) -> None:
    service = draining(tmp_path, LONG)
    with running(service), sign_up(service) as client:
        first = submit(client, short_voice()).json()
        with client.stream("GET", f"/mz-request/{first['mz_request_id']}/events") as stream:
            lines = stream.iter_lines()
            assert next(lines) == "event: progress"
            tell_to_stop(service)
            wait_until(lambda: not is_ready(service), LIMIT_SECONDS, "not ready")
            problem = httpx.get(f"http://127.0.0.1:{service.port}/health/ready", timeout=TIMEOUT)
            assert (problem.status_code, problem.json()["code"]) == (503, "draining")
            live = client.get(f"http://127.0.0.1:{service.port}/health/live")
            assert (live.status_code, live.headers["connection"]) == (200, "close")
            assert submit(client, short_voice()).status_code == HTTPStatus.CREATED
            tell_to_stop(service)
            list(lines)  # raises where the stream is cut off
        assert exit_code(service) == -signal.SIGTERM
        with sqlite3.connect(service.data / "voice2face.db") as database:
            states = database.execute("SELECT DISTINCT state, lease_until FROM generations").fetchall()
        assert states == [("queued", None)]
        assert "ERROR" not in service.log.read_text()


def test_a_service_drains_for_as_long_as_the_setting_says(tmp_path: Path) -> None:
    service = draining(tmp_path, "3")
    with running(service):
        told_at = time.monotonic()
        tell_to_stop(service)
        assert exit_code(service) == -signal.SIGTERM
        assert time.monotonic() - told_at >= 3


def test_a_service_that_drains_is_stopped_in_order_by_an_interrupt(tmp_path: Path) -> None:
    service = draining(tmp_path, LONG)
    with running(service):
        tell_to_stop(service)
        wait_until(lambda: not is_ready(service), LIMIT_SECONDS, "not ready")
        assert service.process is not None
        service.process.send_signal(signal.SIGINT)
        assert exit_code(service) == -signal.SIGTERM
        log = service.log.read_text()
        assert "Finished server process" in log
        assert "Traceback" not in log


def test_a_service_without_a_time_to_drain_stops_listening_at_once(tmp_path: Path) -> None:
    service = draining(tmp_path, "0")
    with running(service):
        tell_to_stop(service)
        wait_until(lambda: not is_listening(service), LIMIT_SECONDS, "nothing listens")
        assert exit_code(service) == -signal.SIGTERM
