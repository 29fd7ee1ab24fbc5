"""Recordings that are sent again with the same idempotency key, over processes that are killed."""

import contextlib
import itertools
import random
import sqlite3
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from e2e.cluster import Cluster
from e2e.service import FAST_SERVICE, Service, running, sign_up, wait_for
from e2e.voices import short_voice

KILLING_SERVICE = (sys.executable, str(Path(__file__).parent / "killing_service.py"))
SUBMISSIONS, TIMES = 4, 3
SEED = 20260111
PATIENCE = 240


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(data=tmp_path / "data", environment={"FAST_FACE_SECONDS": "0.1"})


def submit(client: httpx.Client, key: str, url: str = "") -> httpx.Response:
    return client.post(
        f"{url}/mz-request",
        headers={"Idempotency-Key": key},
        data={"age": "30", "gender": "woman"},
        files={"file": ("svelte_audio.wav", short_voice(), "audio/wav")},
    )


def requests_of(client: httpx.Client) -> list[str]:
    return [request["id"] for request in client.get("/mz-request").json()["mz_request_list"]]


@contextlib.contextmanager
def killed_at(service: Service, moment: str) -> Iterator[httpx.Client]:
    """Give a client whose recording kills the service, which runs again after that."""
    with running(service):
        client = sign_up(service)
        service.stop()
        service.program, service.environment["KILLED_AT"] = KILLING_SERVICE, moment
        service.start()
        with pytest.raises(httpx.TransportError):
            submit(client, "key")
        assert service.process is not None
        assert service.process.wait() < 0
        service.program = FAST_SERVICE
        service.start()
        yield client


def test_a_process_that_is_killed_between_effect_and_answer_leaves_one_request_and_its_answer(
    service: Service,
) -> None:
    with killed_at(service, "announce") as client:
        (recorded,) = requests_of(client)
        again = submit(client, "key")
        assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "true")
        assert again.json()["mz_request_id"] == recorded
        assert submit(client, "key").content == again.content
        assert requests_of(client) == [recorded]
        assert wait_for(client, recorded)["status"] == "Success"


def test_a_process_that_is_killed_before_the_effect_leaves_a_call_that_can_be_made_a_minute_later(
    service: Service,
) -> None:
    with killed_at(service, "check") as client:
        refused = submit(client, "key")
        assert (refused.status_code, refused.json()["code"]) == (409, "key_running")
        with sqlite3.connect(service.data / "voice2face.db") as database:
            database.execute("UPDATE idempotency_keys SET running_until = '2026-01-01 00:00:00.000000'")
        first = submit(client, "key")
        assert first.status_code == 201
        assert "idempotency-replayed" not in first.headers
        assert submit(client, "key").content == first.content
        assert requests_of(client) == [first.json()["mz_request_id"]]


def accepted(client: httpx.Client, key: str, urls: Iterator[str]) -> bytes:
    """Send a recording, to another process at each try, until it is accepted; return the answer."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            answer = submit(client, key, next(urls))
            if answer.status_code == 201:
                return answer.content
            # A machine that is too slow at the moment refuses a recording, which is not kept, either.
            assert answer.status_code in (409, 503) or answer.json()["code"] == "voice_too_costly", (
                answer.text
            )
        time.sleep(0.2)
    raise AssertionError(f"{key} was not accepted within {PATIENCE} s")


def test_each_of_many_recordings_that_are_sent_three_times_at_once_over_two_processes_is_one_request(
    cluster: Cluster,
) -> None:
    lifted = {"V2F_QUOTA_UPLOADS_AT_ONCE": "0"}
    one, other = cluster.api(**lifted), cluster.api(**lifted)
    other.data = cluster.folder / "other-api"
    moments = random.Random(SEED)
    with running(one), running(other), sign_up(one) as client, ThreadPoolExecutor(6) as pool:
        keys = [f"key-{number}" for number in range(SUBMISSIONS) for _ in range(TIMES)]
        urls = [itertools.cycle((one.url, other.url)) for _ in keys]
        answers = pool.map(accepted, [client] * len(keys), keys, urls)
        for _ in range(2):
            time.sleep(moments.uniform(1, 3))
            other.kill()
            # What the killed process was at may be begun again, and what the other one is at, too.
            cluster.mysql.query(
                f"UPDATE {cluster.database.name}.idempotency_keys SET running_until = '2026-01-01'"
                " WHERE status IS NULL"
            )
            other.start()
        of_key: dict[str, set[bytes]] = {}
        for key, answer in zip(keys, answers, strict=True):
            of_key.setdefault(key, set()).add(answer)
        assert [len(different) for different in of_key.values()] == [1] * SUBMISSIONS
        assert len(set.union(*of_key.values())) == SUBMISSIONS
        assert len(requests_of(client)) == SUBMISSIONS
