"""An API process and worker processes on real MySQL, RabbitMQ and MinIO: the whole way of a job, and its failures.

The races are run `TEST_ROUNDS` times, and RabbitMQ is away for `TEST_OUTAGE_SECONDS`; the defaults are short.
"""

import os
import re
import socket
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from databases.examples import QUOTAS
from e2e.cluster import Cluster, Row, wait_until
from e2e.fast_worker import CRASH_AGE
from e2e.memory import growth
from e2e.service import TIMEOUT, Service, running, sign_up, submit, wait_for
from e2e.voices import SAMPLE, large_voice, pcm_of, short_voice
from e2e.worker import working
from real_servers import MySqlServer, RabbitMqServer, S3Server

ROUNDS = int(os.environ.get("TEST_ROUNDS", "3"))
OUTAGE_SECONDS = float(os.environ.get("TEST_OUTAGE_SECONDS", "10"))
SHORT_LEASE = {"V2F_JOB_LEASE_SECONDS": "3"}
SAMPLES = 60
"""Enough jobs that the p95 does not depend on the two slowest."""
BUSY = 0.5
"""The share of their time that workers are busy with the jobs whose latencies are compared."""
SLOWER = 2
CRASH_ROUNDS = 3
"""How often jobs are compared where the first time does not hold: the median counts, as a machine may be busy once."""
CRASHES_SECONDS = 120
"""How long a job that crashes its worker may take until it has failed: three leases, and the delays between them."""
LIMIT_SECONDS = 60
"""How long to wait for a condition where no requirement says how soon it must be true."""


@pytest.fixture(scope="module")
def api(cluster: Cluster) -> Iterator[Service]:
    with running(cluster.api(V2F_QUOTA_UPLOADS_AT_ONCE="0")) as service:  # one user sends hundreds at once
        yield service


@pytest.fixture(autouse=True)
def no_jobs_left_over(cluster: Cluster) -> Iterator[None]:
    """End the jobs that a test leaves, which would delay the job of the next test."""
    yield
    cluster.end_all_jobs()


@pytest.fixture
def client(api: Service) -> Iterator[httpx.Client]:
    with sign_up(api, uuid4().hex) as client:
        yield client


Ids = dict[str, str]
Note = Callable[[str, object], None]
"""Adds a figure to the report of a test."""


def accepted(answer: httpx.Response) -> Ids:
    assert answer.status_code == 201, answer.text
    ids: Ids = answer.json()
    return ids


def generation(cluster: Cluster, ids: Ids, columns: str = "state, attempt, faults") -> Row:
    (row,) = cluster.query(columns, "generations", f"WHERE id = '{ids['job_id']}'")
    return row


def faces(cluster: Cluster, ids: Ids) -> set[str]:
    return cluster.blobs(f"faces/{ids['job_id']}/")


def wait_until_running(cluster: Cluster, ids: Ids) -> None:
    wait_until(lambda: generation(cluster, ids) == ("running", 1, 0), LIMIT_SECONDS, "the first attempt")


def test_the_faces_of_a_voice_are_fetched_from_the_bucket_by_presigned_links(
    cluster: Cluster, client: httpx.Client
) -> None:
    one, other = (cluster.worker(name, V2F_VISIBLE_MARK="both") for name in ("one", "other"))
    voice = SAMPLE.read_bytes()
    with working(one, other):
        for ids in [accepted(submit(client, voice)) for _ in range(4)]:
            request = wait_for(client, ids["mz_request_id"])
            assert request["status"] == "Success"
            path = f"/mz-request/{ids['mz_request_id']}/mz-result/{ids['mz_result_id']}"
            result = client.get(path).json()["mz_result"]
            for field, magic in (("voice_image_url", b"PNG"), ("voice_gif_url", b"ftyp")):
                redirect = httpx.get(result[field], timeout=TIMEOUT)
                assert redirect.status_code == 307
                assert redirect.headers["location"].startswith(cluster.bucket.endpoint)
                assert magic in httpx.get(redirect.headers["location"], timeout=TIMEOUT).content[:16]
            recording = httpx.get(request["voice_url"], follow_redirects=True, timeout=TIMEOUT)
            assert pcm_of(recording.content) == pcm_of(voice)
            kept = faces(cluster, ids)
            assert len(kept) == 8  # portrait and video of each face, and their marked copies
            for key in kept:
                address = f"{cluster.bucket.endpoint}/{cluster.bucket.name}/{key}"
                unsigned = httpx.get(address, timeout=TIMEOUT)
                assert unsigned.status_code == 403
        assert one.stop() == 0
        assert other.stop() == 0


def test_the_job_of_a_killed_worker_is_claimed_by_another_worker_within_thirty_seconds(
    cluster: Cluster, client: httpx.Client, record_property: Note
) -> None:
    killed = cluster.worker("killed", FAST_FACE_SECONDS="60")
    other = cluster.worker("other", FAST_FACE_SECONDS="0.2")
    with working(killed):
        ids = accepted(submit(client, short_voice()))
        wait_until_running(cluster, ids)
        with working(other):
            killed.kill()
            seconds = wait_until(lambda: generation(cluster, ids)[1] == 2, 30, "a second attempt")
            record_property("taken over after seconds", round(seconds, 1))
            assert wait_for(client, ids["mz_request_id"])["status"] == "Success"


def test_a_worker_that_was_paused_for_longer_than_its_lease_writes_nothing(
    cluster: Cluster, client: httpx.Client
) -> None:
    paused = cluster.worker("paused", FAST_FACE_SECONDS="6", **SHORT_LEASE)
    other = cluster.worker("other", FAST_FACE_SECONDS="0.2", **SHORT_LEASE)
    with working(paused):
        ids = accepted(submit(client, short_voice()))
        wait_until_running(cluster, ids)
        paused.pause()
        with working(other):
            assert wait_for(client, ids["mz_request_id"])["status"] == "Success"
            row, blobs = generation(cluster, ids, "*"), faces(cluster, ids)
            paused.resume()
            paused.wait_for_log("lost its lease", LIMIT_SECONDS)
            assert paused.stop() == 0
        assert generation(cluster, ids, "*") == row
        assert faces(cluster, ids) == blobs
        assert {blob.split("/")[2] for blob in blobs} == {"2"}


def test_a_worker_that_is_stopped_hands_its_job_back_without_a_fault_and_another_takes_it_at_once(
    cluster: Cluster, client: httpx.Client
) -> None:
    lease = {"V2F_JOB_LEASE_SECONDS": "600"}  # far longer than the test waits
    leaving = cluster.worker("leaving", FAST_FACE_SECONDS="60", **lease)
    leaving.grace_seconds = 1
    staying = cluster.worker("staying", FAST_FACE_SECONDS="0.2", **lease)
    with working(leaving):
        ids = accepted(submit(client, short_voice()))
        wait_until_running(cluster, ids)
        with working(staying):
            assert leaving.stop() == 0
            assert wait_for(client, ids["mz_request_id"])["status"] == "Success"
        assert generation(cluster, ids) == ("succeeded", 2, 0)
        assert len(faces(cluster, ids)) == 4


def test_a_worker_that_is_stopped_finishes_its_job_within_the_grace_period(
    cluster: Cluster, client: httpx.Client
) -> None:
    leaving = cluster.worker("finishing", FAST_FACE_SECONDS="2")
    leaving.grace_seconds = 60
    with working(leaving):
        ids = accepted(submit(client, short_voice()))
        wait_until_running(cluster, ids)
        assert leaving.stop() == 0
        assert generation(cluster, ids) == ("succeeded", 1, 0)


def seconds_of_one_job(cluster: Cluster, api: Service) -> float:
    """Return how long a job takes here that shares the workers with no other."""
    return statistics.median(latencies(cluster, api, 1, 0, lambda: True)[0] for _ in range(8))


def latencies(
    cluster: Cluster, api: Service, least: int, pause: float, is_over: Callable[[], bool]
) -> list[float]:
    """Submit jobs with a `pause` between until `is_over`, and at least so many; return the seconds that each took."""
    sent: list[tuple[httpx.Client, str]] = []
    while len(sent) < least or not is_over():
        if len(sent) % QUOTAS.open_requests == 0:
            client = sign_up(api, uuid4().hex)
        sent.append((client, accepted(submit(client, short_voice()))["mz_request_id"]))
        time.sleep(pause)  # latency depends on the rate at which jobs arrive
    for client, request_id in sent:
        assert wait_for(client, request_id)["status"] == "Success"
    wanted = ", ".join(f"'{request_id}'" for _, request_id in sent)
    rows = cluster.query(
        "TIMESTAMPDIFF(MICROSECOND, created_at, finished_at) / 1e6",
        "generations",
        f"WHERE request_id IN ({wanted})",
    )
    return [float(seconds) for (seconds,) in rows]


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def slowdown_beside_a_crashing_job(
    cluster: Cluster, api: Service, client: httpx.Client, workers: int
) -> float:
    """Let a job crash its worker until it fails; return how much longer others take meanwhile, by their p95."""
    pause = seconds_of_one_job(cluster, api) / workers / BUSY
    submit_jobs = partial(latencies, cluster, api, SAMPLES, pause)
    before = submit_jobs(lambda: True)
    crashing = accepted(submit(client, short_voice(), age=CRASH_AGE))
    limit = time.monotonic() + CRASHES_SECONDS
    beside = submit_jobs(lambda: generation(cluster, crashing)[0] == "failed" or time.monotonic() > limit)
    assert generation(cluster, crashing) == ("failed", 3, 3)
    outcome = client.get(f"/mz-request/{crashing['mz_request_id']}/result/{crashing['job_id']}").json()
    assert outcome["error"]
    after = submit_jobs(lambda: True)
    return p95(beside) / p95(before + after)  # before and after, because the machine may become busier


def test_a_job_that_crashes_its_worker_fails_after_three_attempts_and_hardly_delays_others(
    cluster: Cluster, api: Service, client: httpx.Client, record_property: Note
) -> None:
    names = ("first", "second", "third")
    slower: list[float] = []
    with working(*(cluster.worker(name, FAST_FACE_SECONDS="0.5", **SHORT_LEASE) for name in names)):
        for _ in range(CRASH_ROUNDS):
            slower.append(slowdown_beside_a_crashing_job(cluster, api, client, len(names)))
            if slower[0] < SLOWER:
                break
    record_property("times the p95 beside a job that crashes its worker", slower)
    assert statistics.median(slower) < SLOWER, slower


def test_requests_are_accepted_while_rabbitmq_is_away_and_announced_when_it_is_back(
    tmp_path: Path,
    mysql_server: MySqlServer,
    own_rabbitmq: RabbitMqServer,
    s3_server: S3Server,
    record_property: Note,
) -> None:
    database, bucket = mysql_server.create_database(), s3_server.create_bucket()
    cluster = Cluster.prepare(
        tmp_path, mysql_server, database, own_rabbitmq, own_rabbitmq.create_vhost(), bucket
    )
    one, other = (
        cluster.worker("one", FAST_FACE_SECONDS="0.1"),
        cluster.worker("other", FAST_FACE_SECONDS="0.1"),
    )
    with running(cluster.api()) as api, working(one, other):
        clients = [sign_up(api, f"user-{number}") for number in range(6)]
        assert submit(clients[0], short_voice()).status_code == 201
        own_rabbitmq.stop()
        back_at = time.monotonic() + OUTAGE_SECONDS
        answers: Counter[int] = Counter()
        while time.monotonic() < back_at:
            answer = submit(clients[answers[201] % len(clients)], short_voice())
            answers[answer.status_code] += 1
            time.sleep(max(0.4, OUTAGE_SECONDS / 55))  # the rate of arrivals
        assert set(answers) == {201}
        own_rabbitmq.start()
        claimed_after = wait_until(
            lambda: cluster.query("COUNT(*)", "generations", "WHERE attempt = 0") == ((0,),),
            30,
            "all generations are claimed",
        )
        wait_until(
            lambda: (
                dict(cluster.query("state, COUNT(*)", "generations", "GROUP BY state"))
                == {"succeeded": answers[201] + 1}
            ),
            LIMIT_SECONDS,
            "all generations have succeeded",
        )
        record_property("accepted while RabbitMQ was away", answers[201])
        record_property("all claimed after seconds", round(claimed_after, 1))
    mysql_server.drop_database(database)


def test_of_two_hundred_parallel_submits_by_one_user_exactly_ten_are_accepted(
    cluster: Cluster, api: Service
) -> None:
    with ThreadPoolExecutor(32) as pool:
        for _ in range(ROUNDS):
            with sign_up(api, uuid4().hex) as client:
                answers = pool.map(lambda _, client=client: submit(client, short_voice()), range(200))
                assert Counter(answer.status_code for answer in answers) == {201: 10, 429: 190}
                held = client.get("/mz-request").json()["mz_request_list"]
                assert len(held) == 10
                assert all(cluster.blobs(f"voices/{request['id']}") for request in held)
    assert len(cluster.blobs("voices/")) == cluster.query("COUNT(*)", "face_requests")[0][0]


def test_of_parallel_sign_ups_with_one_address_exactly_one_is_accepted(
    cluster: Cluster, api: Service
) -> None:
    with ThreadPoolExecutor(20) as pool:
        for _ in range(ROUNDS):
            account = {"email": f"Ann-{uuid4().hex}@example.org", "password": "correct horse"}

            def post(_: int, account: dict[str, str] = account) -> int:
                return httpx.post(f"{api.url}/users", data=account, timeout=60).status_code

            assert Counter(pool.map(post, range(20))) == {201: 1, 409: 19}
            with_the_address = f"WHERE email = '{account['email'].lower()}'"
            assert cluster.query("COUNT(*)", "users", with_the_address) == ((1,),)


def test_the_largest_upload_takes_little_memory(
    cluster: Cluster, api: Service, client: httpx.Client, record_property: Note
) -> None:
    assert api.process is not None
    accepted(submit(client, short_voice()))  # what is loaded at the first upload is loaded now
    voice = large_voice()
    with growth(api.process.pid) as added:
        accepted(submit(client, voice))
    record_property("megabytes added by the largest upload", round(added.megabytes, 1))
    newest = client.get("/mz-request").json()["mz_request_list"][0]
    kept = httpx.get(newest["voice_url"], follow_redirects=True, timeout=TIMEOUT)
    assert pcm_of(kept.content) == pcm_of(voice)
    assert added.megabytes <= 20


@pytest.mark.parametrize("share", [0.1, 0.9])
def test_an_upload_that_breaks_off_leaves_nothing_behind(
    cluster: Cluster, api: Service, client: httpx.Client, share: float
) -> None:
    def left() -> tuple[set[str], list[Path]]:
        return cluster.blobs("voices/"), [
            path for path in (api.data / "scratch").glob("*/*") if path.is_file()
        ]

    before = left()
    request = client.build_request(
        "POST", "/mz-request", data={"age": "30", "gender": "man"}, files={"file": ("v", large_voice())}
    )
    content = request.read()
    head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    with socket.create_connection(("127.0.0.1", api.port)) as connection:
        connection.sendall(f"POST {request.url.raw_path.decode()} HTTP/1.1\r\n{head}\r\n".encode())
        connection.sendall(content[: int(share * len(content))])
        wait_until(
            lambda: len(left()[1]) > len(before[1]), LIMIT_SECONDS, "a part of the upload is on the disk"
        )
    wait_until(lambda: left() == before, LIMIT_SECONDS, "nothing of the upload is left")
    assert client.get("/mz-request").json()["mz_request_list"] == []


def test_the_lines_of_a_worker_have_the_form_of_the_api_s_and_the_id_of_the_call_that_queued_the_job(
    cluster: Cluster, api: Service, client: httpx.Client
) -> None:
    worker = cluster.worker("logging", FAST_FACE_SECONDS="0.2")
    with working(worker):
        answer = submit(client, short_voice())
        wait_for(client, accepted(answer)["mz_request_id"])
        assert worker.stop() == 0
    trace_id = answer.headers["x-request-id"]
    form = re.compile(rf"\S+ \S+ INFO    {trace_id} (\w{{32}}) (\S+) [\w.]+: (.*)")
    (called,), (begun, succeeded) = (form.findall(log.read_text()) for log in (api.log, worker.log))
    assert called[1:] == ("127.0.0.0", called[2])
    assert begun[:2] == succeeded[:2] == (called[0], "-")
    assert succeeded[2] == f"generation {answer.json()['job_id']}, attempt 1 succeeded"
    assert "Executing task" not in worker.log.read_text()
