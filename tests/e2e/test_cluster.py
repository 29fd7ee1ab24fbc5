"""An API process and worker processes on real MySQL, RabbitMQ and MinIO: the journey, and what may go wrong on it.

`TEST_ROUNDS` says how often the races are run, and `TEST_OUTAGE_SECONDS` how many seconds RabbitMQ is away; the
defaults are short.
"""

import os
import socket
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from domain.face_request import MOST_OPEN_REQUESTS
from e2e.cluster import Cluster, Row, wait_until
from e2e.fast_worker import DEADLY_AGE
from e2e.memory import growth
from e2e.service import TIMEOUT, Service, running, sign_up, submit, wait_for
from e2e.voices import large_voice, short_voice
from e2e.worker import working
from real_servers import MySqlServer, RabbitMqServer, S3Server

ROUNDS = int(os.environ.get("TEST_ROUNDS", "3"))
OUTAGE_SECONDS = float(os.environ.get("TEST_OUTAGE_SECONDS", "10"))
SAMPLE = Path("samples/voice.flac")
SHORT_LEASE = {"V2F_JOB_LEASE_SECONDS": "3"}
SAMPLES = 60
"""Enough that the p95 does not hang on the two slowest."""
SECONDS_BETWEEN = 0.4
DEADLY_SECONDS = 120
"""After how long a deadly job should have failed for good, three leases and the delays between them included."""
HANGING = 60
"""Seconds after which something counts as never to come true, where no bar says how soon it must."""


@pytest.fixture(scope="module")
def cluster(
    tmp_path_factory: pytest.TempPathFactory,
    mysql_server: MySqlServer,
    rabbitmq_server: RabbitMqServer,
    s3_server: S3Server,
) -> Iterator[Cluster]:
    folder, database = tmp_path_factory.mktemp("cluster"), mysql_server.create_database()
    vhost, bucket = rabbitmq_server.create_vhost(), s3_server.create_bucket()
    yield Cluster.prepare(folder, mysql_server, database, rabbitmq_server, vhost, bucket)
    rabbitmq_server.delete_vhost(vhost)
    mysql_server.drop_database(database)


@pytest.fixture(scope="module")
def api(cluster: Cluster) -> Iterator[Service]:
    with running(cluster.api()) as service:
        yield service


@pytest.fixture(autouse=True)
def no_jobs_left_over(cluster: Cluster) -> Iterator[None]:
    """What one test leaves in the queue would keep the workers of the next one from its own job."""
    yield
    cluster.end_all_jobs()


@pytest.fixture
def client(api: Service) -> Iterator[httpx.Client]:
    with sign_up(api, uuid4().hex) as client:
        yield client


Ids = dict[str, str]
Note = Callable[[str, object], None]
"""Keeps a figure with the test's result, for whoever reads the report."""


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
    wait_until(lambda: generation(cluster, ids) == ("running", 1, 0), HANGING, "the first attempt")


def test_a_voice_becomes_faces_that_are_fetched_from_the_bucket_by_presigned_links(
    cluster: Cluster, client: httpx.Client
) -> None:
    one, other = cluster.worker("one"), cluster.worker("other")
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
            assert recording.content == voice
            kept = faces(cluster, ids)
            assert len(kept) == 4
            for key in kept:
                address = f"{cluster.bucket.endpoint}/{cluster.bucket.name}/{key}"
                unsigned = httpx.get(address, timeout=TIMEOUT)
                assert unsigned.status_code == 403
        assert one.stop() == 0
        assert other.stop() == 0


def test_another_worker_takes_the_job_of_a_killed_one_within_thirty_seconds(
    cluster: Cluster, client: httpx.Client, record_property: Note
) -> None:
    doomed = cluster.worker("doomed", FAST_FACE_SECONDS="60")
    other = cluster.worker("other", FAST_FACE_SECONDS="0.2")
    with working(doomed):
        ids = accepted(submit(client, short_voice()))
        wait_until_running(cluster, ids)
        with working(other):
            doomed.kill()
            seconds = wait_until(lambda: generation(cluster, ids)[1] == 2, 30, "another attempt")
            record_property("taken over after seconds", round(seconds, 1))
            assert wait_for(client, ids["mz_request_id"])["status"] == "Success"


def test_a_worker_frozen_beyond_its_lease_writes_nothing_when_it_goes_on(
    cluster: Cluster, client: httpx.Client
) -> None:
    frozen = cluster.worker("frozen", FAST_FACE_SECONDS="6", **SHORT_LEASE)
    other = cluster.worker("other", FAST_FACE_SECONDS="0.2", **SHORT_LEASE)
    with working(frozen):
        ids = accepted(submit(client, short_voice()))
        wait_until_running(cluster, ids)
        frozen.freeze()
        with working(other):
            assert wait_for(client, ids["mz_request_id"])["status"] == "Success"
            row, blobs = generation(cluster, ids, "*"), faces(cluster, ids)
            frozen.thaw()
            frozen.wait_for_words("may not write", HANGING)
            assert frozen.stop() == 0
        assert generation(cluster, ids, "*") == row
        assert faces(cluster, ids) == blobs
        assert {blob.split("/")[2] for blob in blobs} == {"2"}


def test_a_worker_that_is_told_to_stop_hands_its_job_back_at_no_cost(
    cluster: Cluster, client: httpx.Client
) -> None:
    leaving = cluster.worker("leaving", FAST_FACE_SECONDS="60")
    leaving.grace_seconds = 1
    staying = cluster.worker("staying", FAST_FACE_SECONDS="0.2")
    with working(leaving):
        ids = accepted(submit(client, short_voice()))
        wait_until_running(cluster, ids)
        with working(staying):
            assert leaving.stop() == 0
            assert wait_for(client, ids["mz_request_id"])["status"] == "Success"
        assert generation(cluster, ids) == ("succeeded", 2, 0)
        assert len(faces(cluster, ids)) == 4


def test_a_worker_that_is_told_to_stop_finishes_what_it_can(cluster: Cluster, client: httpx.Client) -> None:
    leaving = cluster.worker("finishing", FAST_FACE_SECONDS="2")
    leaving.grace_seconds = 60
    with working(leaving):
        ids = accepted(submit(client, short_voice()))
        wait_until_running(cluster, ids)
        assert leaving.stop() == 0
        assert generation(cluster, ids) == ("succeeded", 1, 0)


def latencies(cluster: Cluster, api: Service, is_over: Callable[[], bool]) -> list[float]:
    """Submit jobs one after the other until it is over, and `SAMPLES` at least; return how long each took."""
    sent: list[tuple[httpx.Client, str]] = []
    while len(sent) < SAMPLES or not is_over():
        if len(sent) % MOST_OPEN_REQUESTS == 0:
            client = sign_up(api, uuid4().hex)
        sent.append((client, accepted(submit(client, short_voice()))["mz_request_id"]))
        time.sleep(SECONDS_BETWEEN)  # the pace of arrivals, which is what latency depends on
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


def test_a_job_that_kills_its_worker_fails_after_three_attempts_and_hardly_delays_the_others(
    cluster: Cluster, api: Service, client: httpx.Client, record_property: Note
) -> None:
    names = ("first", "second", "third")
    with working(*(cluster.worker(name, FAST_FACE_SECONDS="0.5", **SHORT_LEASE) for name in names)):
        before = latencies(cluster, api, lambda: True)
        deadly = accepted(submit(client, short_voice(), age=DEADLY_AGE))
        limit = time.monotonic() + DEADLY_SECONDS
        beside = latencies(
            cluster,
            api,
            lambda: generation(cluster, deadly)[0] == "failed" or time.monotonic() > limit,
        )
        after = latencies(cluster, api, lambda: True)
    usual = before + after  # on both sides, for the machine may become busier meanwhile
    figures = round(p95(usual), 2), round(p95(beside), 2), len(usual), len(beside)
    record_property("p95 in seconds, usually and beside a deadly job, and of how many", figures)
    assert generation(cluster, deadly) == ("failed", 3, 3)
    outcome = client.get(f"/mz-request/{deadly['mz_request_id']}/result/{deadly['job_id']}").json()
    assert outcome["error"]
    assert p95(beside) < 2 * p95(usual)


def test_while_rabbitmq_is_away_submitting_goes_on_and_all_is_announced_once_it_is_back(
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
            time.sleep(max(0.4, OUTAGE_SECONDS / 55))  # the pace of arrivals
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
            lambda: (
                dict(cluster.query("state, COUNT(*)", "generations", "GROUP BY state"))
                == {"succeeded": answers[201] + 1}
            ),
            HANGING,
            "that all have succeeded",
        )
        record_property("accepted while away", answers[201])
        record_property("all announced after seconds", round(announced_after, 1))
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


def test_of_parallel_sign_ups_with_one_address_one_is_accepted_and_the_rest_are_conflicts(
    cluster: Cluster, api: Service
) -> None:
    with ThreadPoolExecutor(20) as pool:
        for _ in range(ROUNDS):
            account = {"email": f"Ann-{uuid4().hex}@example.org", "password": "correct horse"}

            def post(_: int, account: dict[str, str] = account) -> int:
                return httpx.post(f"{api.url}/users", data=account, timeout=60).status_code

            assert Counter(pool.map(post, range(20))) == {201: 1, 409: 19}
            of_the_name = f"WHERE email = '{account['email'].lower()}'"
            assert cluster.query("COUNT(*)", "users", of_the_name) == ((1,),)


def test_the_largest_upload_passes_through_in_little_memory(
    cluster: Cluster, api: Service, client: httpx.Client, record_property: Note
) -> None:
    assert api.process is not None
    accepted(submit(client, short_voice()))  # whatever is loaded once is loaded now
    voice = large_voice()
    with growth(api.process.pid) as added:
        accepted(submit(client, voice))
    record_property("megabytes added by the largest upload", round(added.megabytes, 1))
    newest = client.get("/mz-request").json()["mz_request_list"][0]
    kept = httpx.get(newest["voice_url"], follow_redirects=True, timeout=TIMEOUT)
    assert kept.content == voice
    assert added.megabytes <= 20


@pytest.mark.parametrize("share", [0.1, 0.9])
def test_an_upload_that_breaks_off_leaves_nothing(
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
        wait_until(lambda: len(left()[1]) > len(before[1]), HANGING, "the upload's beginning")
    wait_until(lambda: left() == before, HANGING, "that nothing is left")
    assert client.get("/mz-request").json()["mz_request_list"] == []
