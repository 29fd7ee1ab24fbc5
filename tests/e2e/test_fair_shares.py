"""Users share the workers: in one process on SQLite, and with two workers on MySQL."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import combinations
from pathlib import Path

import httpx

from e2e.cluster import Cluster, Row
from e2e.service import Service, running, sign_up, submit
from e2e.voices import short_voice
from e2e.worker import working

LIMIT_SECONDS = 120
SHARES = "user_id, SUM(attempt > 0), SUM(state = 'queued')"
"""How many jobs of each user have begun, and how many wait."""

Shares = dict[str, tuple[int, int]]


def send(client: httpx.Client, jobs: int) -> None:
    for _ in range(jobs):
        assert submit(client, short_voice()).status_code == 201


def shares_in(cluster: Cluster, test: str) -> tuple[Row, ...]:
    """Read the shares of the users of one test, whose names begin with its name."""
    users = f"{cluster.database.name}.users"
    of_test = f"JOIN {users} ON users.id = user_id WHERE email LIKE '{test}-%' GROUP BY user_id"
    return cluster.query(SHARES, "generations", of_test)


def until_all_have_begun(read: Callable[[], tuple[Row, ...]]) -> Iterator[Shares]:
    """Yield how many jobs of each user have begun and how many wait, again and again until none waits."""
    deadline = time.monotonic() + LIMIT_SECONDS
    waits = True
    while waits:
        shares = {str(user): (int(begun), int(queued)) for user, begun, queued in read()}
        yield shares
        waits = any(queued for _, queued in shares.values())
        assert time.monotonic() < deadline, shares
        time.sleep(0.02)


def require_that_one_job_begins_before_the_third_of_ten(read: Callable[[], tuple[Row, ...]]) -> None:
    begun_before = None
    for shares in until_all_have_begun(read):
        (of_one, _), (of_ten, _) = sorted(shares.values(), key=sum)
        if begun_before is None:
            begun_before = max(1, of_ten)  # on a slow machine, more than the first while the others were sent
        assert of_one or of_ten < begun_before + 2, shares


def test_one_job_begins_before_the_third_of_ten_in_one_process(tmp_path: Path) -> None:
    service = Service(data=tmp_path / "data", environment={"FAST_FACE_SECONDS": "2"})

    def read() -> tuple[Row, ...]:
        with closing(sqlite3.connect(service.data / "voice2face.db")) as connection:
            return tuple(connection.execute(f"SELECT {SHARES} FROM generations GROUP BY user_id").fetchall())

    with running(service), sign_up(service, "ann") as ann, sign_up(service, "bob") as bob:
        send(ann, 10)
        send(bob, 1)
        require_that_one_job_begins_before_the_third_of_ten(read)


def test_one_job_begins_before_the_third_of_ten_with_two_workers(cluster: Cluster) -> None:
    one, other = (cluster.worker(name, FAST_FACE_SECONDS="0.4") for name in ("one", "other"))
    with running(cluster.api()) as api, sign_up(api, "two-a") as ann, sign_up(api, "two-b") as bob:
        send(ann, 10)
        send(bob, 1)
        with working(one, other):
            require_that_one_job_begins_before_the_third_of_ten(lambda: shares_in(cluster, "two"))


def test_twenty_users_are_never_more_than_two_jobs_apart_with_two_workers(cluster: Cluster) -> None:
    one, other = (cluster.worker(name, FAST_FACE_SECONDS="0.2") for name in ("first", "second"))
    with running(cluster.api()) as api:
        users = [sign_up(api, f"twenty-{number}") for number in range(20)]
        send(users[0], 10)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda user: send(user, 3), users[1:]))
        with working(one, other):
            for shares in until_all_have_begun(lambda: shares_in(cluster, "twenty")):
                waiting = [begun for begun, queued in shares.values() if queued]
                assert all(abs(a - b) <= 2 for a, b in combinations(waiting, 2)), shares
