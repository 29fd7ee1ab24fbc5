"""Clients that send too much, too slowly or nothing: the others notice nothing of them."""

import contextlib
import signal
import socket
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from bench.load import Load
from bench.rig import head
from e2e.memory import growth
from e2e.service import FAST_SERVICE, Service, running, sign_up, submit
from e2e.voices import short_voice

SECONDS = 2
LIMITS = {
    "V2F_HTTP_HEAD_SECONDS": str(SECONDS),
    "V2F_HTTP_IDLE_SECONDS": str(SECONDS),
    "V2F_HTTP_BODY_SECONDS": str(SECONDS),
    "V2F_HTTP_CONNECTIONS_PER_ADDRESS": "0",  # all have room, so that the times alone close them
}
ALLOWANCE = 8
"""Seconds that a busy machine may take longer than the limit to close a connection."""
ROUNDS = 5
LISTING_SECONDS = 1.5
SLOWER = 3
GROWTH_MEGABYTES = 2
HEAD = b"GET /health/live HTTP/1.1\r\nHost: faces.test\r\n"
FEW_FILES = ("/bin/sh", "-c", 'ulimit -n 256 && exec "$@"', "sh", *FAST_SERVICE)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(Service(tmp_path_factory.mktemp("hostile") / "data", environment=LIMITS)) as service:
        yield service


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[httpx.Client]:
    with sign_up(service) as client:
        yield client


def require_others_notice_nothing(
    service: Service, client: httpx.Client, hostile: Callable[[], object]
) -> None:
    """List in turns without and with the hostile clients, and compare the medians of the slowest calls."""
    listing = Load(
        port=service.port,
        heads=[head("GET", "/api/v1/mz-request", Token=client.headers["Token"])],
        seconds=LISTING_SECONDS,
        connections=2,
    )
    usual, meanwhile = [], []
    listing.run().only(200)
    for _ in range(ROUNDS):
        usual.append(listing.run().only(200).p99)
        with ThreadPoolExecutor(1) as pool:
            done = pool.submit(hostile)
            meanwhile.append(listing.run().only(200).p99)
            done.result()
    assert statistics.median(meanwhile) < SLOWER * statistics.median(usual), (usual, meanwhile)


def connect(service: Service) -> socket.socket:
    return socket.create_connection(("127.0.0.1", service.port), timeout=60)


def status_after(service: Service, request: bytes) -> int:
    """Send a request to its end, and return the status of the answer."""
    with connect(service) as client:
        client.sendall(request)
        return int(client.recv(65536).split()[1])


def require_closed(clients: Sequence[socket.socket], started: float) -> None:
    """Require that the server closes all of them in time."""
    for client in clients:
        with contextlib.suppress(ConnectionResetError):
            while client.recv(65536):
                pass
        client.close()
    assert time.monotonic() - started < SECONDS + ALLOWANCE


def require_no_uploads(service: Service) -> None:
    """Require that nothing of an upload stays on the disk."""
    end = time.monotonic() + ALLOWANCE
    while (left := list((service.data / "scratch").glob("*/*"))) and time.monotonic() < end:
        time.sleep(0.1)
    assert not left


@pytest.mark.parametrize(
    "request_bytes",
    [HEAD + b"X: " + b"a" * (64 * 1024 * 1024) + b"\r\n\r\n", HEAD + b"a: b\r\n" * 2_000_000 + b"\r\n"],
    ids=["64 MB", "two million fields"],
)
def test_a_large_head_is_refused_takes_no_memory_and_no_time_of_others(
    service: Service, client: httpx.Client, request_bytes: bytes
) -> None:
    def refused() -> None:
        assert status_after(service, request_bytes) == 431

    assert service.process is not None
    refused()
    with growth(service.process.pid) as grown:
        for _ in range(3):
            refused()
    assert grown.megabytes <= GROWTH_MEGABYTES
    require_others_notice_nothing(service, client, refused)


def test_slow_and_idle_clients_are_closed_and_others_notice_nothing(
    service: Service, client: httpx.Client
) -> None:
    token = client.headers["Token"]
    upload = (
        f"POST /api/v1/mz-request HTTP/1.1\r\nHost: faces.test\r\nToken: {token}\r\nContent-Length: 9000\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n"
    ).encode()
    beginnings = [HEAD] * 50 + [upload] * 25 + [upload.replace(b"Token", b"X")] * 25 + [b""] * 500

    def hostile() -> None:
        started = time.monotonic()
        clients = [connect(service) for _ in beginnings]
        for one, beginning in zip(clients, beginnings, strict=True):
            one.sendall(beginning)
        require_closed(clients, started)

    require_others_notice_nothing(service, client, hostile)
    require_no_uploads(service)
    assert "Traceback" not in service.log.read_text()


def test_with_few_open_files_idle_connections_make_room_for_others(tmp_path: Path) -> None:
    service = Service(tmp_path / "data", FEW_FILES, {"V2F_HTTP_HEAD_SECONDS": "60"})
    with running(service), contextlib.ExitStack() as stack:
        idle = [stack.enter_context(connect(service)) for _ in range(300)]
        with sign_up(service) as client:
            assert submit(client, short_voice()).status_code == 201
        assert len(idle) == 300
    assert (
        "V2F_HTTP_CONNECTIONS is 1000, but this process may have only 256 open files"
        in service.log.read_text()
    )


def test_event_streams_end_when_the_service_is_told_to_stop(tmp_path: Path) -> None:
    service = Service(tmp_path / "data", environment={"FAST_FACE_SECONDS": "60"})
    with running(service), sign_up(service) as client:
        request_id = submit(client, short_voice()).json()["mz_request_id"]
        with contextlib.ExitStack() as stack:
            streams = [
                stack.enter_context(client.stream("GET", f"/mz-request/{request_id}/events")).iter_lines()
                for _ in range(3)
            ]
            assert [next(stream) for stream in streams] == ["event: progress"] * 3
            started = time.monotonic()
            assert service.process is not None
            service.process.terminate()
            for stream in streams:
                list(stream)  # raises where the stream is cut off
        assert service.process.wait(30) == -signal.SIGTERM
        assert time.monotonic() - started < ALLOWANCE
        assert "Traceback" not in service.log.read_text()
        assert "ERROR" not in service.log.read_text()
