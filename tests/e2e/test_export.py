"""Exports by the running service: on SQLite and a folder, and on MySQL and MinIO."""

import json
import shutil
import subprocess
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import jsonschema_rs
import pytest

from e2e.cluster import Cluster
from e2e.memory import MEGABYTE, growth
from e2e.service import TIMEOUT, Service, running, sign_up, submit, wait_for
from e2e.voices import short_voice
from e2e.worker import working

LARGE = 500 * MEGABYTE
MOST_MEGABYTES = 30
LONGEST_PAUSE = 0.5
"""Seconds that another call may take meanwhile, on a machine that is busy with other tests."""
OPINION = "얼굴이 저와 닮았어요 🎬"
Note = Callable[[str, object], None]
"""Adds a figure to the report of a test."""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with running(Service(data=tmp_path / "data")) as service:
        yield service


def fetched(client: httpx.Client, file: Path) -> zipfile.ZipFile:
    """Fetch an export into a file, and return it checked."""
    with client.stream("GET", "/users/export") as answer, file.open("wb") as target:
        assert answer.status_code == 200
        for piece in answer.iter_bytes():
            target.write(piece)
    if unzip := shutil.which("unzip"):
        subprocess.run([unzip, "-tq", str(file)], check=True)
    archive = zipfile.ZipFile(file)
    assert archive.testzip() is None
    return archive


def data_of(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Return its document, which fits its schema."""
    data: dict[str, Any] = json.loads(archive.read("data.json"))
    jsonschema_rs.validate(json.loads(archive.read("schema.json")), data)
    return data


def filled(client: httpx.Client) -> dict[str, str]:
    """Return the ids of a request with a survey."""
    ids: dict[str, str] = submit(client, short_voice()).json()
    assert wait_for(client, ids["mz_request_id"])["status"] == "Success"
    result = f"/mz-request/{ids['mz_request_id']}/mz-result/{ids['mz_result_id']}"
    client.post(result, data={"opinion": OPINION}).raise_for_status()
    return ids


def require_whole(client: httpx.Client, ids: dict[str, str], archive: zipfile.ZipFile) -> None:
    """Require that an export holds a request, with the bytes that are saved by its links."""
    data = data_of(archive)
    (request,) = data["requests"]
    (result,) = request["results"]
    assert (request["id"], result["id"]) == (ids["mz_request_id"], ids["mz_result_id"])
    assert result["survey"]["answers"] == {"opinion": OPINION}
    assert not data["missing_files"]
    path = f"/mz-request/{request['id']}"
    shown = client.get(f"{path}/mz-result/{result['id']}").json()["mz_result"]
    folder = f"faces/{request['id']}/{result['id']}"
    links = {
        f"recordings/{request['id']}.flac": client.get(path).json()["mz_request"]["voice_url"],
        f"{folder}/voice.png": shown["voice_image_url"],
        f"{folder}/voice.mp4": shown["voice_gif_url"],
        f"{folder}/condition.png": shown["condition_image_url"],
        f"{folder}/condition.mp4": shown["condition_gif_url"],
    }
    assert {entry["path"] for entry in data["files"]} == {name for name in archive.namelist() if "/" in name}
    for name, link in links.items():
        assert (
            archive.read(name)
            == httpx.get(f"{link}?download", follow_redirects=True, timeout=TIMEOUT).content
        )


def test_an_export_from_a_folder_and_sqlite_is_whole(service: Service, tmp_path: Path) -> None:
    with sign_up(service) as ann, sign_up(service, "ben") as ben:
        ids = filled(ann)
        filled(ben)
        require_whole(ann, ids, fetched(ann, tmp_path / "export.zip"))


def test_an_export_from_a_bucket_and_mysql_is_whole(cluster: Cluster, tmp_path: Path) -> None:
    with (
        running(cluster.api()) as service,
        working(cluster.worker("exports")),
        sign_up(service, uuid4().hex) as ann,
        sign_up(service, uuid4().hex) as ben,
    ):
        ids = filled(ann)
        filled(ben)
        require_whole(ann, ids, fetched(ann, tmp_path / "export.zip"))
        (voice,) = (key for key in cluster.blobs("voices/") if ids["mz_request_id"] in key)
        cluster.remove_blob(voice)
        archive = fetched(ann, tmp_path / "without.zip")
        assert data_of(archive)["missing_files"] == [f"recordings/{ids['mz_request_id']}.flac"]


def test_a_large_export_takes_little_memory_and_holds_up_no_other_call(
    service: Service, tmp_path: Path, record_property: Note
) -> None:
    with sign_up(service) as ann:
        ids = filled(ann)
        fetched(ann, tmp_path / "small.zip")  # what is loaded once is loaded
        recording = service.data / "blobs" / "voices" / f"{ids['mz_request_id']}.flac"
        with recording.open("r+b") as file:
            file.truncate(LARGE)
        pauses: list[float] = []
        is_over = threading.Event()

        def call_meanwhile() -> None:
            with httpx.Client(timeout=TIMEOUT) as client:
                while not is_over.is_set():
                    started = time.monotonic()
                    client.get(service.url.replace("/api/v1", "/health/live")).raise_for_status()
                    pauses.append(time.monotonic() - started)

        caller = threading.Thread(target=call_meanwhile)
        caller.start()
        assert service.process is not None
        started = time.monotonic()
        with growth(service.process.pid) as grown:
            archive = fetched(ann, tmp_path / "large.zip")
        is_over.set()
        caller.join()
    seconds = time.monotonic() - started
    record_property("export", f"{seconds:.1f} s, {grown.megabytes:.1f} MB, {max(pauses) * 1000:.0f} ms")
    assert archive.getinfo(f"recordings/{ids['mz_request_id']}.flac").file_size == LARGE
    assert grown.megabytes < MOST_MEGABYTES
    assert max(pauses) < LONGEST_PAUSE
    assert "Traceback" not in service.log.read_text()
