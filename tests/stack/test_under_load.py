"""A stack with three workers while users send recordings: killed containers, an upgrade, a backup and its restore.

Its workers make small faces fast, so that a hundred requests do not take half an hour; all else is as in production.
"""

import os
import shutil
import signal
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from adapters.backup.encryption import new_keys
from e2e.contract_walk import PASSWORD
from e2e.service import submit, wait_for
from e2e.voices import short_voice
from figures import Tell
from stack.load import Load
from stack.running import PROGRAM, Stack, tls, wait_until

TESTS = Path(__file__).parents[1]
WORKERS = 3
REQUESTS = 100
UPLOADS_AT_ONCE, TOO_MANY = 20, 5
"""How many uploads of one address the proxy takes at a time, and how many more are tried."""
FAST = f"""
services:
  worker:
    command: [taskiq, worker, "e2e.fast_worker:create_broker", --workers=1, --max-async-tasks=1,
              --wait-tasks-timeout=20, --shutdown-timeout=50]
    environment: {{PYTHONPATH: /tests}}
    volumes: ["{TESTS}:/tests:ro"]
"""
LIMITS = ("OPEN_REQUESTS", "REQUESTS_A_DAY", "DRAWING_SECONDS_A_DAY", "STORED_MEGABYTES", "UPLOADS_AT_ONCE")
MANY_USERS = "\n".join([*(f"V2F_QUOTA_{name}=0" for name in LIMITS), "V2F_THROTTLE_SIGN_UPS_AN_HOUR=0", ""])
NEWER = "voice2face:newer"
RESTORED = "restored@example.org"
ACCEPTED = 8
"""How many requests of the load are accepted before the backup begins."""
LOAD_SECONDS = 120
DRILL_SECONDS = 300
ONCE_AND_TEST = {"migrate", "page", "pebble"}
"""What has ended, and the test authority, which is none of the service's."""


@pytest.fixture(scope="module")
def fast(stack: Stack) -> Iterator[Stack]:
    """The stack with three workers that make faces fast."""
    (stack.folder / "compose.yaml").write_text(FAST)
    (stack.folder / "service.env").write_text(MANY_USERS)
    stack.variables["WORKERS"] = str(WORKERS)
    stack.run("up")
    yield stack
    if shutil.which("docker"):
        subprocess.run(["docker", "image", "rm", "--force", NEWER], capture_output=True)


def expect_that_all_ended(load: Load) -> None:
    """Expect that each accepted request has its faces."""
    assert len(load.accepted) >= load.least
    ended = {request_id: state for request_id, state in load.accepted.items() if state != "Success"}
    assert not ended


def test_three_workers_share_the_jobs(fast: Stack) -> None:
    workers = fast.containers("worker")
    assert [each.health for each in workers] == ["healthy"] * WORKERS
    with Load(fast, least=24) as load:
        pass
    expect_that_all_ended(load)
    assert all(status < 500 for status in load.statuses)


def test_one_address_cannot_fill_the_disk_of_uploads_with_slow_ones(fast: Stack) -> None:
    with fast.client() as client, ExitStack() as until_the_end:
        join(client, "uploads@example.org")
        token, name = client.headers["Token"], fast.settings.domain
        head = (
            f"POST /api/v1/mz-request HTTP/1.1\r\nHost: {name}\r\nToken: {token}\r\n"
            "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 20000000\r\n\r\n"
        ).encode()
        begun = []
        for _ in range(UPLOADS_AT_ONCE + TOO_MANY):
            upload = until_the_end.enter_context(tls(fast, fast.trusting(), name))
            upload.sendall(head)
            begun.append(upload)
        answers = [first_bytes(upload) for upload in begun]
        assert answers[:UPLOADS_AT_ONCE] == [b""] * UPLOADS_AT_ONCE
        for answer in answers[UPLOADS_AT_ONCE:]:
            assert answer.startswith(b"HTTP/1.1 503 ")
            assert b'"code":"too_many_connections"' in answer
        assert client.get("/mz-request").is_success
    with fast.client() as client:
        log_in(client, "uploads@example.org")
        assert wait_for(client, submit(client, short_voice()).json()["mz_request_id"])["status"] == "Success"


def first_bytes(connection: ssl.SSLSocket) -> bytes:
    """Return what has come within a moment, or nothing."""
    connection.settimeout(0.3)
    try:
        return connection.recv(4096)
    except TimeoutError:
        return b""


def test_api_and_workers_are_replaced_by_a_newer_image_while_a_hundred_requests_come(
    fast: Stack, tell_figure: Tell
) -> None:
    before = {each.id for service in ("api", "worker") for each in fast.containers(service)}
    with Load(fast, least=REQUESTS) as load:
        fast.run("upgrade", image=NEWER)
    kept = {file.stem.partition("-")[2] for file in (fast.folder / "logs").iterdir()}
    assert {each[:12] for each in before} <= kept
    assert f"image: {NEWER}\n" in fast.run("compose", "config")  # what a backup is made with
    after = {each.id: each.image for service in ("api", "worker") for each in fast.containers(service)}
    assert not before & after.keys()
    assert set(after.values()) == {NEWER}
    assert len(after) == 1 + WORKERS
    tell_figure(
        f"an upgrade during {load.sent} requests: {sum(load.statuses.values())} answers, "
        f"{sum(count for status, count in load.statuses.items() if status >= 500)} of them 5xx, "
        f"{load.broken_streams} streams cut"
    )
    expect_that_all_ended(load)
    assert not load.failures
    assert all(status < 500 for status in load.statuses), load.statuses


def test_the_server_of_the_page_that_is_killed_after_an_upgrade_comes_back(fast: Stack) -> None:
    """The upgrade has had it read its files again, by a signal after which the engine must still start it again."""
    kill(fast, "frontend")
    wait_until_served(fast, f"{fast.url}/", after="frontend")


@pytest.mark.long
def test_each_container_that_is_killed_comes_back_and_nothing_is_lost(fast: Stack) -> None:
    services = sorted({each.service for each in fast.containers()} - ONCE_AND_TEST)
    with fast.client() as client:
        join(client, "killed@example.org")
        request_id = submit(client, short_voice()).json()["mz_request_id"]
        link = wait_for(client, request_id)["voice_url"]
    with Load(fast, least=8, is_patient=True) as load:
        for service in services:
            kill(fast, service)
            for wanted in (f"{fast.url}/", link):
                wait_until_served(fast, wanted, after=service)
    expect_that_all_ended(load)
    fast.run("status")


def kill(stack: Stack, service: str) -> None:
    """Kill the first container of a service, as a fault would, and wait until it is healthy again."""
    victim = stack.containers(service)[0]
    os.kill(victim.pid, signal.SIGKILL)  # `docker kill` would keep the engine from starting it again

    def is_back() -> bool:
        (now,) = [each for each in stack.containers(service) if each.id == victim.id]
        return now.pid not in (0, victim.pid) and now.health == "healthy"

    wait_until(is_back, 180, f"{service} comes back")


def wait_until_served(stack: Stack, link: str, *, after: str) -> None:
    """Wait until a link can be opened after the kill of a service."""
    wait_until(lambda: stack.follow(link).is_success, 60, f"{link} is served after {after} was killed")


@pytest.mark.long
def test_an_encrypted_backup_made_under_load_is_restored_into_an_empty_stack_in_five_minutes(
    fast: Stack, tmp_path: Path, tell_figure: Tell
) -> None:
    private, public = new_keys()
    identity, kept = tmp_path / "identity", tmp_path / "kept"
    identity.write_text(private)
    with fast.client() as client:
        join(client, RESTORED)
        sent = [submit(client, short_voice()).json()["mz_request_id"] for _ in range(3)]
        for request_id in sent:
            assert wait_for(client, request_id)["status"] == "Success"
        before = files_of(fast, client)
        with Load(fast, is_patient=True) as load:
            wait_until(lambda: len(load.accepted) >= ACCEPTED, LOAD_SECONDS, "requests are accepted")
            accepted = set(load.accepted)
            began = time.monotonic()
            fast.run("backup", "--recipient", public)
            seconds = time.monotonic() - began
        erased = sent.pop()
        assert client.delete(f"/mz-request/{erased}").is_success
    (backup,) = (fast.folder / "backups").iterdir()
    shutil.copyfile(backup, kept)

    fast.run("down", "--data")
    began = time.monotonic()
    said = fast.run("restore", str(kept), "--identity", str(identity))
    seconds += time.monotonic() - began
    assert "1 request;" in said  # is erased again, from the lines that the stack has kept
    size = kept.stat().st_size / 1e6
    tell_figure(f"a backup of {size:.1f} MB, written and restored: {seconds:.0f} of {DRILL_SECONDS} s")
    with fast.client() as client:
        log_in(client, RESTORED)
        after = files_of(fast, client)
    assert after == {place: file for place, file in before.items() if place[0] != erased}
    assert len(after) == 2 * 5
    assert accepted <= ended(fast, load.accounts)
    assert seconds <= DRILL_SECONDS
    expect_a_restore_in_place(fast, kept, identity)


def expect_a_restore_in_place(stack: Stack, backup: Path, identity: Path) -> None:
    """Expect that a backup takes the place of the data that is there, and that nothing is lost for a wrong key."""
    other, later = identity.with_name("other"), "later@example.org"
    other.write_text(new_keys()[0])
    with stack.client() as client:
        join(client, later)
        certificate = stack.inside("certbot", "sh", "-c", 'cat "/etc/letsencrypt/live/$DOMAIN/fullchain.pem"')
        refused = subprocess.run(
            [str(PROGRAM), "restore", str(backup), "--replace", "--identity", str(other)],
            env=stack.environment(),
            capture_output=True,
            text=True,
        )
        assert refused.returncode == 1
        assert "Traceback" not in refused.stderr
        log_in(client, later)
        stack.run("restore", str(backup), "--replace", "--identity", str(identity))
        answer = client.post("/auth", data={"email": later, "password": PASSWORD})
        assert answer.status_code == HTTPStatus.UNAUTHORIZED
        log_in(client, RESTORED)
        served = stack.inside("certbot", "sh", "-c", 'cat "/etc/letsencrypt/live/$DOMAIN/fullchain.pem"')
        assert served == certificate


def ended(stack: Stack, accounts: Sequence[Mapping[str, str]]) -> set[str]:
    """Return all requests of these users, each of which must end with all its files."""
    found = set()
    with stack.client() as client:
        for account in accounts:
            login = client.post("/auth", data=account)
            if login.status_code == HTTPStatus.UNAUTHORIZED:
                continue  # who has signed up after the backup
            client.headers["Token"] = login.raise_for_status().json()["token"]
            for request in client.get("/mz-request").json()["mz_request_list"]:
                assert wait_for(client, request["id"])["status"] == "Success"
                found.add(request["id"])
            files_of(stack, client)
    return found


def join(client: httpx.Client, email: str) -> None:
    """Sign up and log in."""
    assert client.post("/users", data={"email": email, "password": PASSWORD}).is_success
    log_in(client, email)


def log_in(client: httpx.Client, email: str) -> None:
    """Log in, and keep the token."""
    client.headers["Token"] = client.post("/auth", data={"email": email, "password": PASSWORD}).json()[
        "token"
    ]


def files_of(stack: Stack, client: httpx.Client) -> dict[tuple[str, str], bytes]:
    """Return each file of the user by request and kind."""
    files = {}
    for request in client.get("/mz-request").json()["mz_request_list"]:
        path = f"/mz-request/{request['id']}/mz-result/{request['latest_mz_result_id']}"
        result = client.get(path).json()["mz_result"]
        links = {
            "voice": request["voice_url"],
            **{name: link for name, link in result.items() if name.endswith("_url") and link},
        }
        for name, link in links.items():
            answer = stack.follow(link)
            assert answer.is_success, (name, answer.status_code)
            files[request["id"], name] = answer.content
    return files
