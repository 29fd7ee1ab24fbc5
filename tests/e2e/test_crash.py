import random
import signal
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from e2e.cluster import wait_until
from e2e.service import Service, running, sign_up, submit, wait_for
from e2e.voices import SAMPLE

JOBS = 10
SEED = 20260102


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(
        data=tmp_path / "data", environment={"FAST_FACE_SECONDS": "1", "V2F_JOB_LEASE_SECONDS": "3"}
    )


def faces_of(service: Service, generation_id: str) -> list[tuple[str, ...]]:
    """Return the stored files of a generation, each as attempt and name."""
    folder = service.data / "blobs" / "faces" / generation_id
    return sorted(path.relative_to(folder).parts for path in folder.rglob("*.*") if path.is_file())


def temporary_files(service: Service) -> Iterator[Path]:
    """Yield the files in the workspaces, without the locks."""
    yield from (path for path in (service.data / "scratch").rglob("*/*") if path.is_file())


def require_one_set_of_faces(service: Service, client: httpx.Client, request: dict[str, str]) -> None:
    """Require portraits and videos that can be fetched, all of one attempt, and no files of another attempt."""
    result = client.get(f"/mz-request/{request['id']}/mz-result/{request['latest_mz_result_id']}").json()
    for kind in ("voice", "condition"):
        assert client.get(result["mz_result"][f"{kind}_image_url"]).content.startswith(b"\x89PNG")
        assert b"ftyp" in client.get(result["mz_result"][f"{kind}_gif_url"]).content[:12]
    faces = faces_of(service, request["latest_mz_result_id"])
    assert len({attempt for attempt, _ in faces}) == 1
    assert len(faces) == 4


def test_every_accepted_job_succeeds_although_the_service_is_killed_at_ten_random_moments(
    service: Service,
) -> None:
    moments = random.Random(SEED)
    with running(service):
        client = sign_up(service)
        for _ in range(JOBS):
            accepted = submit(client, SAMPLE.read_bytes())
            assert accepted.status_code == 201, accepted.text
            time.sleep(moments.uniform(0.0, 2.5))
            service.kill()
            service.start()
            ended = wait_for(client, accepted.json()["mz_request_id"])
            assert ended["status"] == "Success"
        requests = client.get("/mz-request").json()["mz_request_list"]
        assert [request["status"] for request in requests] == ["Success"] * JOBS
        for request in requests:
            require_one_set_of_faces(service, client, request)
        wait_until(
            lambda: not list(temporary_files(service)),
            60,
            "all temporary files are removed",
        )


def test_every_queued_job_succeeds_although_the_service_is_killed_three_times(service: Service) -> None:
    with running(service):
        client = sign_up(service)
        accepted = [submit(client, SAMPLE.read_bytes()).json()["mz_request_id"] for _ in range(JOBS)]
        ended: set[str] = set()
        for _ in range(3):

            def one_more_has_ended(before: int = len(ended)) -> bool:
                listed = client.get("/mz-request").json()["mz_request_list"]
                ended.update(request["id"] for request in listed if request["status"] != "Proceeding")
                return len(ended) > before

            wait_until(one_more_has_ended, 60, "another job has ended")
            service.kill()
            assert len(ended) < JOBS, "all had ended before the last kill"
            service.start()
        for request_id in accepted:
            request = wait_for(client, request_id)
            assert request["status"] == "Success"
            require_one_set_of_faces(service, client, request)


def test_a_service_that_is_stopped_hands_its_job_back_and_finishes_it_after_a_restart(
    service: Service,
) -> None:
    service.environment |= {"FAST_FACE_SECONDS": "20", "V2F_JOB_LEASE_SECONDS": "600"}
    with running(service):
        client = sign_up(service)
        accepted = submit(client, SAMPLE.read_bytes()).json()
        status = f"/mz-request/{accepted['mz_request_id']}/status/{accepted['job_id']}"
        wait_until(lambda: client.get(status).json()["state"] == "running", 60, "the job runs")
        assert service.stop() == -signal.SIGTERM  # uvicorn shuts down in order, then ends by the signal
        with sqlite3.connect(service.data / "voice2face.db") as database:
            (row,) = database.execute("SELECT state, attempt, faults, lease_until FROM generations")
        assert row == ("queued", 1, 0, None)
        assert not list((service.data / "scratch").iterdir())
        service.environment["FAST_FACE_SECONDS"] = "0.1"
        service.start()
        assert wait_for(client, accepted["mz_request_id"])["status"] == "Success"
        assert client.get(status).json()["attempt"] == 2
