import random
import signal
import time
from pathlib import Path

import pytest

from e2e.cluster import wait_until
from e2e.service import Service, running, sign_up, submit, wait_for

JOBS = 10
SEED = 20260102


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(
        data=tmp_path / "data", environment={"FAST_FACE_SECONDS": "1", "V2F_JOB_LEASE_SECONDS": "3"}
    )


def test_killed_at_ten_random_moments_every_accepted_job_ends_in_success(service: Service) -> None:
    voice = Path("samples/voice.flac").read_bytes()
    moments = random.Random(SEED)
    with running(service):
        client = sign_up(service)
        for _ in range(JOBS):
            accepted = submit(client, voice)
            assert accepted.status_code == 201, accepted.text
            time.sleep(moments.uniform(0.0, 2.5))  # the random moment itself
            service.kill()
            service.start()
            ended = wait_for(client, accepted.json()["mz_request_id"])
            assert ended["status"] == "Success"
        requests = client.get("/mz-request").json()["mz_request_list"]
        assert [request["status"] for request in requests] == ["Success"] * JOBS
        for request in requests:
            folder = service.data / "blobs" / "faces" / request["latest_mz_result_id"]
            faces = sorted(path.relative_to(folder).parts for path in folder.rglob("*.*") if path.is_file())
            attempts = {attempt for attempt, _ in faces}
            result = client.get(
                f"/mz-request/{request['id']}/mz-result/{request['latest_mz_result_id']}"
            ).json()
            for kind in ("voice", "condition"):
                assert client.get(result["mz_result"][f"{kind}_image_url"]).content.startswith(b"\x89PNG")
                assert b"ftyp" in client.get(result["mz_result"][f"{kind}_gif_url"]).content[:12]
            assert len(attempts) == 1
            assert len(faces) == 4


def test_told_to_stop_it_hands_back_what_runs_and_finishes_it_after_a_restart(service: Service) -> None:
    service.environment["FAST_FACE_SECONDS"] = "20"
    with running(service):
        client = sign_up(service)
        accepted = submit(client, Path("samples/voice.flac").read_bytes()).json()
        status = f"/mz-request/{accepted['mz_request_id']}/status/{accepted['job_id']}"
        wait_until(lambda: client.get(status).json()["state"] == "running", 60, "that it runs")
        assert service.stop() == -signal.SIGTERM  # uvicorn closes in order, then ends by the signal it got
        service.environment["FAST_FACE_SECONDS"] = "0.1"
        service.start()
        job = client.get(status).json()
        assert wait_for(client, accepted["mz_request_id"])["status"] == "Success"
        assert job["attempt"] <= 2
