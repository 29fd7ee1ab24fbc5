"""An API process and worker processes on real MySQL, RabbitMQ and MinIO: the journey, and what may go wrong on it.

`V2F_TEST_ROUNDS` says how often the races are run, and `V2F_TEST_OUTAGE` how many seconds RabbitMQ is away; the
defaults are short.
"""

import os
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from e2e.cluster import Cluster, wait_until
from e2e.fast_worker import DEADLY_AGE
from e2e.service import running, sign_up, submit, wait_for
from e2e.voices import short_voice
from e2e.worker import working
from real_servers import MySqlServer, RabbitMqServer, S3Server

ROUNDS = int(os.environ.get("V2F_TEST_ROUNDS", "2"))
OUTAGE_SECONDS = float(os.environ.get("V2F_TEST_OUTAGE", "10"))
SAMPLE = Path("samples/voice.flac")
SHORT_LEASE = {"V2F_JOB_LEASE_SECONDS": "3"}


@pytest.fixture
def cluster(
    tmp_path: Path,
    mysql_server: MySqlServer,
    rabbitmq_server: RabbitMqServer,
    s3_server: S3Server,
) -> Iterator[Cluster]:
    database, vhost = mysql_server.create_database(), rabbitmq_server.create_vhost()
    bucket = s3_server.create_bucket()
    yield Cluster.prepare(tmp_path, mysql_server, database, rabbitmq_server, vhost, bucket)
    rabbitmq_server.delete_vhost(vhost)
    mysql_server.drop_database(database)


def attempt(cluster: Cluster) -> int:
    """Return the newest attempt of the only generation, 0 before the first."""
    ((number,),) = cluster.query("attempt", "generations")
    return int(number)


def is_running(cluster: Cluster, at_attempt: int) -> bool:
    return cluster.query("state, attempt", "generations") == (("running", at_attempt),)


def test_a_voice_becomes_faces_that_are_fetched_from_the_bucket_by_presigned_links(cluster: Cluster) -> None:
    one, other = cluster.worker("one"), cluster.worker("other")
    with running(cluster.api()) as api, working(one, other), sign_up(api) as client:
        accepted = [submit(client, SAMPLE.read_bytes()) for _ in range(4)]
        assert [answer.status_code for answer in accepted] == [201] * 4
        for answer in accepted:
            ids = answer.json()
            request = wait_for(client, ids["mz_request_id"])
            assert request["status"] == "Success"
            path = f"/mz-request/{ids['mz_request_id']}/mz-result/{ids['mz_result_id']}"
            result = client.get(path).json()["mz_result"]
            for field, magic in (("voice_image_url", b"PNG"), ("voice_gif_url", b"ftyp")):
                redirect = httpx.get(result[field])
                assert redirect.status_code == 307
                assert redirect.headers["location"].startswith(cluster.bucket.endpoint)
                assert magic in httpx.get(redirect.headers["location"]).content[:16]
            assert httpx.get(request["voice_url"], follow_redirects=True).content == SAMPLE.read_bytes()
        kept = {blob.split("/")[1] for blob in cluster.blobs("faces/")}
        assert kept == {answer.json()["mz_result_id"] for answer in accepted}
        assert len(cluster.blobs("faces/")) == 4 * len(accepted)
        address = f"{cluster.bucket.endpoint}/{cluster.bucket.name}/{next(iter(cluster.blobs('faces/')))}"
        assert httpx.get(address).status_code == 403
        assert one.stop() == 0
        assert other.stop() == 0


def test_another_worker_takes_the_job_of_a_killed_one_within_thirty_seconds(cluster: Cluster) -> None:
    doomed = cluster.worker("doomed", FAST_FACE_SECONDS="60")
    other = cluster.worker("other", FAST_FACE_SECONDS="0.2")
    with running(cluster.api()) as api, sign_up(api) as client, working(doomed):
        accepted = submit(client, short_voice()).json()
        wait_until(lambda: is_running(cluster, 1), 10, "the first attempt")
        with working(other):
            doomed.kill()
            taken_after = wait_until(lambda: attempt(cluster) == 2, 30, "another attempt")
            print(f"taken over after {taken_after:.1f} s")
            assert wait_for(client, accepted["mz_request_id"])["status"] == "Success"


def test_a_worker_frozen_beyond_its_lease_writes_nothing_when_it_goes_on(cluster: Cluster) -> None:
    frozen = cluster.worker("frozen", FAST_FACE_SECONDS="2", **SHORT_LEASE)
    other = cluster.worker("other", FAST_FACE_SECONDS="0.2", **SHORT_LEASE)
    with running(cluster.api(**SHORT_LEASE)) as api, sign_up(api) as client, working(frozen):
        accepted = submit(client, short_voice()).json()
        wait_until(lambda: is_running(cluster, 1), 10, "the first attempt")
        frozen.freeze()
        with working(other):
            assert wait_for(client, accepted["mz_request_id"])["status"] == "Success"
            row, blobs = cluster.query("*", "generations"), cluster.blobs()
            frozen.thaw()
            frozen.wait_for_words("may not write", 10)
            assert frozen.stop() == 0
        assert cluster.query("*", "generations") == row
        assert cluster.blobs() == blobs
        assert {blob.split("/")[2] for blob in blobs if blob.startswith("faces/")} == {"2"}


def test_a_worker_that_is_told_to_stop_hands_its_job_back_at_no_cost(cluster: Cluster) -> None:
    leaving = cluster.worker("leaving", FAST_FACE_SECONDS="60")
    leaving.grace_seconds = 1
    staying = cluster.worker("staying", FAST_FACE_SECONDS="0.2")
    with running(cluster.api()) as api, sign_up(api) as client, working(leaving):
        accepted = submit(client, short_voice()).json()
        wait_until(lambda: is_running(cluster, 1), 10, "the first attempt")
        with working(staying):
            assert leaving.stop() == 0
            assert wait_for(client, accepted["mz_request_id"], seconds=10)["status"] == "Success"
        assert cluster.query("attempt, faults", "generations") == ((2, 0),)
        assert len(cluster.blobs("faces/")) == 4


def test_a_worker_that_is_told_to_stop_finishes_what_it_can(cluster: Cluster) -> None:
    leaving = cluster.worker("leaving", FAST_FACE_SECONDS="2")
    with running(cluster.api()) as api, sign_up(api) as client, working(leaving):
        submit(client, short_voice())
        wait_until(lambda: is_running(cluster, 1), 10, "the first attempt")
        assert leaving.stop() == 0
        assert cluster.query("state, attempt", "generations") == (("succeeded", 1),)


def latencies(cluster: Cluster, clients: list[httpx.Client], seconds_between: float) -> list[float]:
    """Submit six jobs by each client, one after the other, and return how long each took from row to row."""
    ids = []
    for number in range(6 * len(clients)):
        accepted = submit(clients[number % len(clients)], short_voice())
        ids.append((clients[number % len(clients)], accepted.json()["mz_request_id"]))
        time.sleep(seconds_between)  # the pace of arrivals, which is what latency depends on
    for client, request_id in ids:
        assert wait_for(client, request_id)["status"] == "Success"
    wanted = ", ".join(f"'{request_id}'" for _, request_id in ids)
    rows = cluster.query(
        "TIMESTAMPDIFF(MICROSECOND, created_at, finished_at) / 1e6",
        "generations",
        f"WHERE request_id IN ({wanted})",
    )
    return [float(seconds) for (seconds,) in rows]


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def test_a_job_that_kills_its_worker_fails_after_three_attempts_and_hardly_delays_the_others(
    cluster: Cluster,
) -> None:
    workers = [
        cluster.worker(name, FAST_FACE_SECONDS="1", **SHORT_LEASE) for name in ("one", "other", "third")
    ]
    with running(cluster.api(**SHORT_LEASE)) as api, working(*workers):
        usual = p95(latencies(cluster, [sign_up(api, f"early-{n}") for n in range(4)], 0.8))
        with sign_up(api, "deadly") as client:
            deadly = client.post(
                "/mz-request",
                data={"age": str(DEADLY_AGE), "gender": "man"},
                files={"file": ("v", short_voice())},
            ).json()
            beside = p95(latencies(cluster, [sign_up(api, f"late-{n}") for n in range(4)], 0.8))
            assert wait_for(client, deadly["mz_request_id"])["status"] == "Failed"
            outcome = client.get(f"/mz-request/{deadly['mz_request_id']}/result/{deadly['job_id']}").json()
        attempts = cluster.query(
            "attempt, faults, failure", "generations", f"WHERE id = '{deadly['job_id']}'"
        )
    print(f"p95 usually {usual:.2f} s, beside a job that kills its workers {beside:.2f} s: {outcome}")
    assert attempts == ((3, 3, attempts[0][2]),)
    assert attempts[0][2]
    assert beside < 2 * usual


def test_while_rabbitmq_is_away_submitting_goes_on_and_all_is_announced_once_it_is_back(
    tmp_path: Path, mysql_server: MySqlServer, own_rabbitmq: RabbitMqServer, s3_server: S3Server
) -> None:
    database, bucket = mysql_server.create_database(), s3_server.create_bucket()
    cluster = Cluster.prepare(
        tmp_path, mysql_server, database, own_rabbitmq, own_rabbitmq.create_vhost(), bucket
    )
    one, other = cluster.worker("one", FAST_FACE_SECONDS="0.1"), cluster.worker("other", FAST_FACE_SECONDS="0.1")
    with running(cluster.api()) as api, working(one, other):
        clients = [sign_up(api, f"user-{number}") for number in range(6)]
        assert submit(clients[0], short_voice()).status_code == 201
        own_rabbitmq.stop()
        back_at = time.monotonic() + OUTAGE_SECONDS
        answers: Counter[int] = Counter()
        while time.monotonic() < back_at:
            answer = submit(clients[answers[201] % len(clients)], short_voice())
            answers[answer.status_code] += 1
            time.sleep(max(0.2, OUTAGE_SECONDS / 55))  # the pace of arrivals
        assert set(answers) == {201}
        own_rabbitmq.start()
        announced_after = wait_until(
            lambda: cluster.query(
                "COUNT(*)", "generations", "WHERE announced_at IS NULL AND state = 'queued'"
            ) == ((0,),),
            30,
            "that all is announced",
        )  # fmt: skip
        wait_until(
            lambda: dict(cluster.query("state, COUNT(*)", "generations", "GROUP BY state"))
            == {"succeeded": answers[201] + 1},
            60,
            "that all have succeeded",
        )
        print(f"{answers[201]} accepted while away, announced {announced_after:.1f} s after it was back")
    mysql_server.drop_database(database)


def test_of_two_hundred_parallel_submits_by_one_user_exactly_ten_are_accepted(cluster: Cluster) -> None:
    with running(cluster.api()) as api, ThreadPoolExecutor(32) as pool:
        for number in range(ROUNDS):
            with sign_up(api, f"user-{number}") as client:
                answers = pool.map(lambda _, client=client: submit(client, short_voice()), range(200))
                assert Counter(answer.status_code for answer in answers) == {201: 10, 429: 190}
                assert len(client.get("/mz-request").json()["mz_request_list"]) == 10
        assert len(cluster.blobs("voices/")) == 10 * ROUNDS


def test_of_parallel_sign_ups_with_one_address_one_is_accepted_and_the_rest_are_conflicts(
    cluster: Cluster,
) -> None:
    with running(cluster.api()) as api, ThreadPoolExecutor(20) as pool:
        for number in range(ROUNDS):
            account = {"email": f"Ann-{number}@example.org", "password": "correct horse"}

            def post(_: int, account: dict[str, str] = account) -> int:
                return httpx.post(f"{api.url}/users", data=account, timeout=60).status_code

            assert Counter(pool.map(post, range(20))) == {201: 1, 409: 19}
        assert cluster.query("COUNT(*)", "users") == ((ROUNDS,),)
