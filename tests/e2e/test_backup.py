"""The restore drill: back up a service that takes requests, lose all that it has, and restore it."""

import hashlib
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from e2e.cluster import SECRET, Cluster
from e2e.service import FAST_SERVICE, REAL_SERVICE, TIMEOUT, Service, running, sign_up, submit, wait_for
from e2e.voices import short_voice
from e2e.worker import working
from real_servers import MySqlServer, RabbitMqServer, S3Server

DRILL_SECONDS = 300
"""How long backing up and restoring may take together."""
FINISHED_BEFORE = 3
Note = Callable[[str, object], None]
"""Adds a figure to the report of a test."""


def command(environment: dict[str, str], *arguments: object) -> str:
    """Run a command, and return what it has said."""
    done = subprocess.run(
        [*REAL_SERVICE, *map(str, arguments)], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def submitting(client: httpx.Client) -> Iterator[list[str]]:
    """Send recordings meanwhile, one after the other; give the ids of the requests that were accepted."""
    accepted: list[str] = []
    stop = threading.Event()

    def send() -> None:
        while not stop.is_set():
            answer = submit(client, short_voice())
            if answer.status_code == 201:
                accepted.append(answer.json()["mz_request_id"])
            time.sleep(0.1)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield accepted
    finally:
        stop.set()
        thread.join()


def files_of(client: httpx.Client, request_id: str) -> dict[str, str]:
    """Return the digest of each file of a finished request."""
    request = client.get(f"/mz-request/{request_id}").json()["mz_request"]
    result = client.get(f"/mz-request/{request_id}/mz-result/{request['latest_mz_result_id']}").json()
    links = {name: link for name, link in result["mz_result"].items() if name.endswith("_url") and link}
    assert {"voice_image_url", "voice_gif_url", "condition_image_url", "condition_gif_url"} <= links.keys()
    digests = {}
    for name, link in links.items():
        content = httpx.get(link, timeout=TIMEOUT, follow_redirects=True).raise_for_status().content
        digests[name] = hashlib.sha256(content).hexdigest()
    return digests


def finished(client: httpx.Client) -> dict[str, dict[str, str]]:
    """Send some recordings, wait for their faces, and return the digests of their files."""
    sent = [submit(client, short_voice()).json()["mz_request_id"] for _ in range(FINISHED_BEFORE)]
    assert {wait_for(client, request_id)["status"] for request_id in sent} == {"Success"}
    return {request_id: files_of(client, request_id) for request_id in sent}


def logged_in_again(service: Service, name: str) -> httpx.Client:
    account = {"email": f"{name}@example.org", "password": "correct horse"}
    token = (
        httpx.post(f"{service.url}/auth", data=account, timeout=TIMEOUT).raise_for_status().json()["token"]
    )
    return httpx.Client(base_url=service.url, headers={"Token": token}, timeout=60)


def require_restored(
    service: Service, old: httpx.Client, before: list[str], digests: dict[str, dict[str, str]]
) -> None:
    """Require that the old login has ended, and that all requests from before the backup are there and end."""
    assert httpx.get(f"{service.url}/mz-request", headers=old.headers, timeout=TIMEOUT).status_code == 401
    with logged_in_again(service, "ann") as ann:
        listed = {request["id"] for request in ann.get("/mz-request").json()["mz_request_list"]}
        assert set(before) <= listed
        assert {request_id: files_of(ann, request_id) for request_id in digests} == digests
        assert {wait_for(ann, request_id)["status"] for request_id in listed} == {"Success"}
        for request_id in listed - digests.keys():
            files_of(ann, request_id)
        assert submit(ann, short_voice()).status_code == 201


def drill(
    environment: dict[str, str], restored_environment: dict[str, str], client: httpx.Client, file: Path
) -> tuple[list[str], float]:
    """Back up while requests come in, and restore elsewhere; return those that came before, and the seconds."""
    with submitting(client) as accepted:
        while len(accepted) < 2:
            time.sleep(0.05)
        before = list(accepted)
        began = time.monotonic()
        command(environment, "backup", file)
        seconds = time.monotonic() - began
        assert accepted[len(before) :], "nothing came in meanwhile"
    began = time.monotonic()
    command(restored_environment, "restore", file, *identity_of(file))
    return before, seconds + time.monotonic() - began


def identity_of(file: Path) -> tuple[object, ...]:
    key = file.with_name("key")
    return ("--identity", key) if key.exists() else ()


def test_all_requests_from_before_the_backup_are_there_after_a_restore_of_a_database_file_and_a_folder(
    tmp_path: Path, record_property: Note
) -> None:
    settings = {
        "FAST_FACE_SECONDS": "0.3",
        "V2F_SECRET": SECRET,
        "V2F_QUOTA_OPEN_REQUESTS": "0",
        "V2F_JOB_LEASE_SECONDS": "3",
    }
    lost = Service(data=tmp_path / "data", program=FAST_SERVICE, environment=settings)
    new = Service(data=tmp_path / "new", program=FAST_SERVICE, environment=settings)
    with running(lost):
        client = sign_up(lost)
        digests = finished(client)
        before, seconds = drill(own(lost), own(new), client, tmp_path / "backup.tar")
        erased, _ = digests.popitem()
        assert client.delete(f"/mz-request/{erased}").is_success
    assert "Erased 0 accounts and 1 request;" in command(own(new), "erase-again", lost.log)
    with running(new):
        require_restored(new, client, before, digests)
        with logged_in_again(new, "ann") as ann:
            assert ann.get(f"/mz-request/{erased}").status_code == 404
    record_property("seconds to back up and restore", round(seconds, 1))
    assert seconds < DRILL_SECONDS


def own(service: Service) -> dict[str, str]:
    """Return the environment of the commands of a service."""
    return {**os.environ, "PYTHONPATH": "src", **service.environment, "V2F_DATA": str(service.data)}


@pytest.fixture
def clusters(
    tmp_path: Path, mysql_server: MySqlServer, rabbitmq_server: RabbitMqServer, s3_server: S3Server
) -> Iterator[tuple[Cluster, Cluster]]:
    """One that is lost, and a new one with an empty database and an empty bucket."""
    databases = [mysql_server.create_database() for _ in range(2)]
    vhosts = [rabbitmq_server.create_vhost() for _ in range(2)]
    buckets = [s3_server.create_bucket() for _ in range(2)]
    folders = [tmp_path / "lost", tmp_path / "new"]
    for folder in folders:
        folder.mkdir()
    lost, new = (
        Cluster.prepare(folder, mysql_server, database, rabbitmq_server, vhost, bucket)
        for folder, database, vhost, bucket in zip(folders, databases, vhosts, buckets, strict=True)
    )
    yield lost, new
    for vhost, database in zip(vhosts, databases, strict=True):
        rabbitmq_server.delete_vhost(vhost)
        mysql_server.drop_database(database)


def test_all_requests_from_before_an_encrypted_backup_are_there_after_a_restore_of_mysql_and_minio(
    clusters: tuple[Cluster, Cluster], tmp_path: Path, record_property: Note
) -> None:
    lost, new = clusters
    quota = {"V2F_QUOTA_OPEN_REQUESTS": "0"}
    key = {"V2F_BACKUP_RECIPIENT": command(lost.environment(), "backup-key", tmp_path / "key").strip()}
    worker = {"FAST_FACE_SECONDS": "0.3", "V2F_JOB_LEASE_SECONDS": "3"}
    with running(lost.api(**quota)) as service, working(lost.worker("worker", **worker)):
        client = sign_up(service)
        digests = finished(client)
        before, seconds = drill(
            lost.environment(**key), new.environment(**key), client, tmp_path / "backup.tar.age"
        )
    with running(new.api(**quota)) as service, working(new.worker("worker", **worker)):
        require_restored(service, client, before, digests)
    record_property("seconds to back up and restore", round(seconds, 1))
    assert seconds < DRILL_SECONDS
