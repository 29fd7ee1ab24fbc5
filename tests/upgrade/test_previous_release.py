"""Processes of the previous release and of the present code work side by side on a schema that has been expanded.

That is what an upgrade without interruption needs: the schema is migrated first, then the processes are replaced one by
one, and meanwhile any call and any job may come to either.
"""

import dataclasses
import json
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from e2e.cluster import Cluster, wait_until
from e2e.service import TIMEOUT, Service, sign_up, submit, wait_for
from e2e.voices import short_voice
from e2e.worker import TREE, Worker, working
from upgrade.previous import LATER_SETTINGS, RELEASE

LIMIT_SECONDS = 60
PASSWORD = "correct horse"
RELEASES = ("previous", "present")
READY_AT_ANY_LATER_SCHEMA = RELEASE != "0.2.0"
"""The release 0.2.0 is ready at its own schema only; it works at later ones all the same."""


@pytest.fixture(scope="module")
def trees(previous: Path) -> dict[str, Path]:
    return dict(zip(RELEASES, (previous, TREE), strict=True))


@pytest.fixture(scope="module", autouse=True)
def expanded(cluster: Cluster) -> None:
    """Expand the schema as a later migration may: a column more in each table, and a table more."""
    name = cluster.database.name
    tables = cluster.mysql.query(
        f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{name}'"
    )
    for (table,) in tables:
        if table != "alembic_version":
            cluster.mysql.query(f"ALTER TABLE {name}.{table} ADD COLUMN added_later VARCHAR(16) NULL")
    cluster.mysql.query(f"CREATE TABLE {name}.added_later (id VARCHAR(32) PRIMARY KEY)")
    cluster.mysql.query(f"UPDATE {name}.alembic_version SET version_num = '9999'")


@pytest.fixture(scope="module")
def apis(cluster: Cluster, trees: dict[str, Path], expanded: None) -> Iterator[dict[str, Service]]:
    """An API process of each release, on the same database."""
    services = {
        release: dataclasses.replace(
            cluster.api(PYTHONPATH=str(tree / "src")), data=cluster.folder / f"api-{release}"
        )
        for release, tree in trees.items()
    }
    try:
        services["previous"].start("ready" if READY_AT_ANY_LATER_SCHEMA else "live")
        services["present"].start("ready")
        yield services
    finally:
        for service in services.values():
            if service.process is not None and service.process.poll() is None:
                service.stop()


@pytest.fixture(autouse=True)
def no_jobs_left_over(cluster: Cluster) -> Iterator[None]:
    yield
    cluster.end_all_jobs()


def worker_of(release: str, cluster: Cluster, trees: dict[str, Path], seconds: str, **more: str) -> Worker:
    worker = cluster.worker(f"{release}-{uuid4().hex[:8]}", FAST_FACE_SECONDS=seconds, **more)
    unknown = LATER_SETTINGS if release == "previous" else frozenset()
    known = {name: value for name, value in worker.environment.items() if name not in unknown}
    return dataclasses.replace(worker, tree=trees[release], environment=known)


class Caller:
    """A user whose calls come to the APIs in turns, as a balancer passes them on."""

    def __init__(self, first: Service, second: Service) -> None:
        self._urls = cycle((first.url, second.url))
        self._headers: dict[str, str] = {}
        self.account = {"email": f"{uuid4().hex}@example.org", "password": PASSWORD}

    def __call__(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = self._headers | options.pop("headers", {})
        answer = httpx.request(
            method, next(self._urls) + path, headers=headers, timeout=60, follow_redirects=True, **options
        )
        assert answer.is_success, (method, path, answer.text)
        return answer

    def sign_up(self) -> None:
        """Sign up with one API, and log in with the other."""
        self("POST", "/users", data={**self.account, "age": "30", "gender": "woman"})
        self._headers = {"Token": self("POST", "/auth", data=self.account).json()["token"]}

    def states(self, request_id: str) -> list[str]:
        """Watch a request until its stream ends; return the states that were told."""
        lines = self("GET", f"/mz-request/{request_id}/events").text.splitlines()
        return [json.loads(line[len("data: ") :])["state"] for line in lines if line.startswith("data: ")]


@pytest.mark.skipif(READY_AT_ANY_LATER_SCHEMA, reason="it is ready at later schemas, too")
def test_the_previous_release_works_at_a_later_schema_but_is_not_ready(apis: dict[str, Service]) -> None:
    def ready(release: str) -> int:
        url = f"http://127.0.0.1:{apis[release].port}/health/ready"
        return httpx.get(url, timeout=TIMEOUT).status_code

    assert {release: ready(release) for release in RELEASES} == {"previous": 503, "present": 200}


@pytest.mark.parametrize(("first", "works"), [RELEASES, RELEASES[::-1]], ids=RELEASES)
def test_a_user_whose_calls_come_to_both_releases_in_turns_notices_nothing(
    cluster: Cluster, apis: dict[str, Service], trees: dict[str, Path], first: str, works: str
) -> None:
    (second,) = set(RELEASES) - {first}
    user = Caller(apis[first], apis[second])
    user.sign_up()
    voice = {"file": ("svelte_audio.wav", short_voice(), "audio/wav")}
    key = {"Idempotency-Key": uuid4().hex}
    about = {"age": "30", "gender": "woman", "glasses": "true"}
    with working(worker_of(works, cluster, trees, "1")):
        ids = user("POST", "/mz-request", data=about, files=voice, headers=key).json()
        repeated = user("POST", "/mz-request", data=about, files=voice, headers=key).json()
        assert repeated == ids
        request, result = (
            f"/mz-request/{ids['mz_request_id']}",
            f"/mz-request/{ids['mz_request_id']}/mz-result/{ids['mz_result_id']}",
        )
        assert user.states(ids["mz_request_id"])[-1] == "succeeded"
        assert user.states(ids["mz_request_id"])[-1] == "succeeded"
        again = user("POST", f"{request}/mz-result", data={"hair_style": "bob"}).json()
        assert user.states(ids["mz_request_id"])[-1] == "succeeded"
    for shown in (user("GET", result).json()["mz_result"], user("GET", result).json()["mz_result"]):
        assert httpx.get(shown["voice_image_url"], follow_redirects=True).content[1:4] == b"PNG"
    for kind, stars in (("voice", "5"), ("condition", "2")):
        user("PATCH", result, data={"type": kind, "rating": stars})
    user("POST", result, data={"opinion": "I like it."})
    for _ in RELEASES:
        shown = user("GET", result).json()["mz_result"]
        assert (shown["voice_image_rating"], shown["condition_image_rating"], shown["survey"]) == (5, 2, 1)
        newest = user("GET", f"{request}/mz-result").json()
        assert again["regenerate_mz_result_id"] in str(newest)
    user("GET", "/users/export")
    user("DELETE", request)
    for _ in RELEASES:
        assert user("GET", "/mz-request").json()["mz_request_list"] == []
    user("DELETE", "/users", data={"password": PASSWORD})
    for service in apis.values():
        assert httpx.post(f"{service.url}/auth", data=user.account).status_code == 401


@pytest.mark.parametrize("leaves", RELEASES)
def test_a_job_that_a_worker_hands_back_is_finished_by_a_worker_of_the_other_release(
    cluster: Cluster, apis: dict[str, Service], trees: dict[str, Path], leaves: str
) -> None:
    (stays,) = set(RELEASES) - {leaves}
    lease = {"V2F_JOB_LEASE_SECONDS": "600"}  # far longer than the test waits
    leaving = worker_of(leaves, cluster, trees, "60", **lease)
    leaving.grace_seconds = 1

    def states() -> Any:
        return cluster.query("state, attempt, faults", "generations", f"WHERE id = '{ids['job_id']}'")

    with sign_up(apis[stays], uuid4().hex) as client, working(leaving):
        ids = submit(client, short_voice()).json()
        wait_until(lambda: states() == (("running", 1, 0),), LIMIT_SECONDS, "the first attempt")
        with working(worker_of(stays, cluster, trees, "0.2", **lease)):
            assert leaving.stop() == 0
            assert wait_for(client, ids["mz_request_id"])["status"] == "Success"
        assert states() == (("succeeded", 2, 0),)
