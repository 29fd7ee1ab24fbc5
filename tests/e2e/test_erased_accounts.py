"""What is left of an account that was erased: nothing, in any file of the data folder and in the bucket."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.sql import upgrade
from databases.database import Database, sql_database
from databases.examples import NOON, finished, new_user, submitted
from domain.feedback import Survey
from doubles.faces import SLOW_AGE
from e2e.cluster import Cluster, wait_until
from e2e.service import FAST_SERVICE, TIMEOUT, Service, running, sign_up, submit, wait_for
from e2e.voices import pcm_of, short_voice
from e2e.worker import working

LIMIT_SECONDS = 60
"""How soon all must be gone."""
REFUSED_SECONDS = 10
"""How soon another process must refuse a token."""
OTHER_USERS = 200
ADDRESS = "ann@example.org"
OPINION, OTHER_OPINION = "It looks like my aunt Theodora. ", "It looks like my uncle Aurelio. "
FIRST = 1024
"""How many bytes of a recording are looked for: the first kilobyte."""
VOICE, OTHER_VOICE = short_voice(), Path("samples/woman.flac").read_bytes()

MAIL = (
    f"VALUES ('1', 'confirm_address', '{ADDRESS}', 'en', '{{}}',"
    " '2026-01-01 00:00:00.000000', '2099-01-01 00:00:00.000000', 0)"
)
"""A mail to Ann, to be sent in a far year."""


async def fill(url: str) -> None:
    """Put other users into a database, so that its rows are on many pages."""
    async with sql_database(url) as database:
        for number in range(OTHER_USERS):
            await add_other(database, number)


async def add_other(database: Database, number: int) -> None:
    user = new_user(f"other-{number * 7919 % 1000:03}-{'x' * (number % 40)}@example.org")
    async with database.unit_of_work() as uow:
        await uow.users.add(user)
        await uow.commit()
    _, generation = await submitted(database, user)
    await finished(database, generation)
    async with database.unit_of_work() as uow:
        await uow.surveys.save(Survey.answer(generation.id, {"opinion": f"I am number {number}."}, NOON))
        await uow.commit()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    data = tmp_path / "data"
    data.mkdir()
    url = f"sqlite:///{data / 'voice2face.db'}"
    upgrade(url)
    asyncio.run(fill(url))
    environment = {"FAST_FACE_SECONDS": "0.2", "V2F_THROTTLE_SIGN_UPS_AN_HOUR": "0"}
    with running(Service(data=data, program=FAST_SERVICE, environment=environment)) as service:
        yield service


def use(client: httpx.Client, voice: bytes, opinion: str, requests: int) -> list[str]:
    """Have faces made, rate them and answer the survey; return the requests."""
    sent = [submit(client, voice).json() for _ in range(requests)]
    for ids in sent:
        assert wait_for(client, ids["mz_request_id"])["status"] == "Success"
        result = f"/mz-request/{ids['mz_request_id']}/mz-result/{ids['mz_result_id']}"
        for kind in ("voice", "condition"):
            assert client.patch(result, data={"type": kind, "rating": "4"}).is_success
        assert client.post(result, data={"opinion": opinion * 50}).is_success
    return [ids["mz_request_id"] for ids in sent]


def start_a_job(client: httpx.Client) -> str:
    """Send a recording, and return its request once its faces are being made, which takes longer than the test."""
    ids = submit(client, VOICE, age=SLOW_AGE).json()
    status = f"/mz-request/{ids['mz_request_id']}/status/{ids['job_id']}"
    wait_until(lambda: client.get(status).json()["percent"] > 0, LIMIT_SECONDS, "a running job")
    return str(ids["mz_request_id"])


def erase(client: httpx.Client) -> dict[str, Any]:
    answer = client.request("DELETE", "/users", data={"password": "correct horse"})
    assert answer.status_code == 200, answer.text
    receipt: dict[str, Any] = answer.json()
    return receipt


def told(receipt: dict[str, Any]) -> dict[str, Any]:
    """Return the numbers of a receipt that do not depend on the encoder."""
    assert receipt["bytes"] > 3 * FIRST
    assert "still being removed" in receipt["note"]
    return {name: number for name, number in receipt.items() if name not in ("bytes", "note", "erased_at")}


EXPECTED = {
    "sessions": 1,
    "consents": 0,
    "mails": 1,
    "requests": 3,
    "recordings": 3,
    "results": 3,
    "faces": 4,
    "ratings": 4,
    "surveys": 2,
}


def files_with(data: Path, needles: list[bytes]) -> list[str]:
    """Return which files of a folder hold any of the needles."""
    found = []
    for path in data.rglob("*"):
        try:
            content = path.read_bytes() if path.is_file() else b""
        except FileNotFoundError:  # a file of a job, or the log
            continue
        found += [f"{path.name}: {needle[:20]!r}" for needle in needles if needle in content]
    return found


def others(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of all users but Ann."""
    with sqlite3.connect(file) as connection:
        found = connection.execute("SELECT id FROM users WHERE email = ?", (ADDRESS,)).fetchone()
        (ann,) = found or ("",)
        return {
            table: connection.execute(f"SELECT * FROM {table} {rest} ORDER BY 1", {"ann": ann}).fetchall()
            for table, rest in {
                "users": "WHERE id != :ann",
                "sessions": "WHERE user_id != :ann",
                "face_requests": "WHERE user_id != :ann",
                "generations": "WHERE user_id != :ann",
                "turns": "WHERE user_id != :ann",
                "usages": "WHERE user_id != :ann",
                "surveys": "WHERE generation_id IN (SELECT id FROM generations WHERE user_id != :ann)",
            }.items()
        }


def add_mail(file: Path) -> None:
    """Write down the mail."""
    with sqlite3.connect(file, timeout=30) as connection:
        connection.execute(f"INSERT INTO mails {MAIL}")
    connection.close()


def recordings(data: Path, requests: list[str]) -> list[bytes]:
    """Return the first kilobyte of each stored recording, and of its sound."""
    stored = [next((data / "blobs").rglob(f"{one}.*")).read_bytes() for one in requests]
    return [content[:FIRST] for content in stored] + [pcm_of(stored[0])[:FIRST]]


@pytest.mark.parametrize("is_killed", [False, True], ids=["that goes on", "that is killed"])
def test_a_service_keeps_nothing_of_an_erased_account_in_any_file_and_all_of_others(
    service: Service, is_killed: bool
) -> None:
    data, file = service.data, service.data / "voice2face.db"
    with sign_up(service, "ann") as ann, sign_up(service, "bob") as bob:
        (of_bob,) = use(bob, OTHER_VOICE, OTHER_OPINION, 1)
        voice_of_bob = httpx.get(bob.get(f"/mz-request/{of_bob}").json()["mz_request"]["voice_url"]).content
        requests = use(ann, VOICE, OPINION, 2)
        add_mail(file)
        requests.append(start_a_job(ann))
        needles = [ADDRESS.encode(), OPINION.encode(), *recordings(data, requests)]
        assert all(files_with(data, [needle]) for needle in needles[:-1])
        before = others(file)
        started = time.monotonic()
        receipt = erase(ann)
        assert time.monotonic() - started < LIMIT_SECONDS / 2
        if is_killed:
            service.kill()
            service.start()
        assert told(receipt) == EXPECTED
        assert ann.get("/users").status_code == 401
        wait_until(
            lambda: not files_with(data, needles), LIMIT_SECONDS - (time.monotonic() - started), "erased"
        )
        assert others(file) == before
        shown = bob.get(f"/mz-request/{of_bob}").json()["mz_request"]
        assert httpx.get(shown["voice_url"]).content == voice_of_bob
        assert {path.name for path in (data / "blobs" / "voices").iterdir()} == {f"{of_bob}.flac"}
    assert ADDRESS not in service.log.read_text()


def objects(cluster: Cluster) -> bytes:
    """Return the content of all that is in the bucket."""
    return b"".join(
        cluster._s3().get_object(cluster.bucket.name, key).read() for key in sorted(cluster.blobs())
    )


def test_two_api_processes_and_a_worker_keep_nothing_of_an_erased_account(cluster: Cluster) -> None:
    first, second = cluster.api(), cluster.api()
    second.data = cluster.folder / "second"
    with (
        running(first),
        running(second),
        working(cluster.worker("worker", FAST_FACE_SECONDS="0.2")),
        sign_up(first, "ann") as ann,
        sign_up(second, "bob") as bob,
    ):
        (of_bob,) = use(bob, OTHER_VOICE, OTHER_OPINION, 1)
        of_others = cluster.blobs()
        requests = use(ann, VOICE, OPINION, 2)
        token = ann.headers["Token"]
        elsewhere = httpx.Client(base_url=second.url, headers={"Token": token}, timeout=TIMEOUT)
        assert elsewhere.get("/users").is_success
        requests.append(start_a_job(ann))
        kilobyte = httpx.get(
            ann.get(f"/mz-request/{requests[0]}").json()["mz_request"]["voice_url"], follow_redirects=True
        ).content[:FIRST]
        assert kilobyte in objects(cluster)
        cluster.mysql.query(f"INSERT INTO {cluster.database.name}.mails {MAIL}")
        started = time.monotonic()
        assert told(erase(ann)) == EXPECTED
        wait_until(lambda: elsewhere.get("/users").status_code == 401, REFUSED_SECONDS, "the token refused")
        elsewhere.close()
        wait_until(
            lambda: cluster.blobs() == of_others, LIMIT_SECONDS - (time.monotonic() - started), "no blob left"
        )
        assert kilobyte not in objects(cluster)
        wait_until(  # each process looks after its own folder
            lambda: not files_with(cluster.folder, [ADDRESS.encode(), kilobyte]),
            LIMIT_SECONDS - (time.monotonic() - started),
            "no file left",
        )
        rows = {
            table: cluster.query("COUNT(*)", table)[0][0]
            for table in (
                *("users", "sessions", "turns", "face_requests", "generations", "surveys", "usages", "mails"),
            )
        }
        assert rows == {**dict.fromkeys(rows, 1), "mails": 0}
        assert bob.get(f"/mz-request/{of_bob}").is_success
        wait_until(lambda: not cluster.query("id", "erasures"), LIMIT_SECONDS, "the erasure finished")
        assert cluster.blobs() == of_others
