"""What the running service leaves on the disk."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.service import Service, running, sign_up, submit, wait_for
from e2e.voices import short_voice

PHONE = "+82-10-5555-0123"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service that a user with the usual umask started, on a folder that was made with it."""
    before = os.umask(0o022)
    data = tmp_path / "data"
    (data / "blobs").mkdir(parents=True)
    with running(Service(data=data)) as service:
        yield service
    os.umask(before)


def test_no_other_user_can_read_what_the_service_keeps(service: Service) -> None:
    with sign_up(service) as ann:
        request_id = submit(ann, short_voice()).json()["mz_request_id"]
        wait_for(ann, request_id)
    kept = {path: stat.S_IMODE(path.lstat().st_mode) for path in (service.data, *service.data.rglob("*"))}
    names = {path.name for path in kept}
    assert names >= {
        "secret",
        "voice2face.db",
        "voice2face.db-wal",
        "voice2face.db-shm",
        f"{request_id}.flac",
    }
    wide = {path: oct(mode) for path, mode in kept.items() if mode != (0o700 if path.is_dir() else 0o600)}
    assert not wide


def test_an_erased_survey_leaves_no_trace_and_a_login_outlives_a_restart(service: Service) -> None:
    with sign_up(service) as ann:
        sent = submit(ann, short_voice()).json()
        wait_for(ann, sent["mz_request_id"])
        path = f"/mz-request/{sent['mz_request_id']}"
        assert ann.post(f"{path}/mz-result/{sent['mz_result_id']}", data={"user_phone": PHONE}).is_success
        assert PHONE.encode() in stored_bytes(service.data)
        assert ann.delete(path).is_success
        assert PHONE.encode() not in stored_bytes(service.data)
        service.stop()
        service.start()
        assert ann.get("/mz-request").is_success


def stored_bytes(data: Path) -> bytes:
    return b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
