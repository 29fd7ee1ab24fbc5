"""What a client may do to a connection, and what becomes of those that do more."""

import logging
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from entrypoints.composition.log_lines import add_log_context
from integration.http.live import LiveService, live
from integration.http.raw import HEAD, LAST_REQUEST, REQUEST, TIMEOUT, RawClient
from integration.http.service import API, Service
from integration.http.test_over_the_wire import wait_until

LIMITS = {
    "V2F_HTTP_HEAD_KILOBYTES": "4",
    "V2F_HTTP_FIELDS": "20",
    "V2F_HTTP_HEAD_SECONDS": "1",
    "V2F_HTTP_IDLE_SECONDS": "1",
    "V2F_HTTP_BODY_SECONDS": "1",
    "V2F_HTTP_BODY_BYTES_A_SECOND": "1000",
    "V2F_HTTP_SEND_SECONDS": "1",
    "V2F_HTTP_CONNECTIONS": "8",
    "V2F_HTTP_CONNECTIONS_PER_ADDRESS": "6",
}
LIMIT = 4 * 1024
LOGIN = f"POST {API}/auth HTTP/1.1\r\nHost: faces.test\r\nContent-Type: application/json\r\n".encode()
LARGE = 12 * 1024 * 1024

Connect = Callable[[], RawClient]


@pytest.fixture(scope="module")
def running() -> Iterator[LiveService]:
    with live(Service(environment=LIMITS)) as running:
        yield running


@pytest.fixture
def connect(running: LiveService) -> Iterator[Connect]:
    clients: list[RawClient] = []

    def connect() -> RawClient:
        clients.append(RawClient(running.port))
        return clients[-1]

    yield connect
    for client in clients:
        client.close()


def padded(size: int) -> bytes:
    """Return a whole head of exactly this many bytes."""
    return HEAD + b"X: " + b"a" * (size - len(HEAD) - len(b"X: \r\n\r\n")) + b"\r\n\r\n"


def test_a_head_of_the_limit_is_answered_and_one_byte_more_is_refused(connect: Connect) -> None:
    assert connect().send(padded(LIMIT)).answer().status == 200
    refused = connect().send(padded(LIMIT + 1)).answer()
    assert (refused.status, refused.problem["code"]) == (431, "head_too_large")
    assert refused.headers["connection"] == "close"
    assert refused.headers["cache-control"] == "no-store"
    assert refused.headers["x-content-type-options"] == "nosniff"


def test_what_a_connection_answers_has_all_fields_that_other_answers_have(
    connect: Connect,
) -> None:
    usual = connect().send(HEAD.replace(b"/health/live", b"/nothing") + b"\r\n").answer()
    assert usual.problem["code"] == "not_found"
    body = LOGIN + b"Content-Length: 9\r\n\r\n"
    ids = set()
    for request, status in ((padded(LIMIT + 1), 431), (b"what?\r\n\r\n", 400), (HEAD, 408), (body, 408)):
        refused = connect().send(request).answer()
        assert refused.status == refused.problem["status"] == status
        ids.add(refused.headers["x-request-id"])
        own = {"x-request-id", "content-length", "date"}
        assert {name: value for name, value in usual.headers.items() if name not in own}.items() <= (
            refused.headers.items()
        )
    assert len(ids | {usual.headers["x-request-id"]}) == 5


def test_the_bytes_of_a_body_do_not_count_as_a_head(connect: Connect) -> None:
    body = b'{"email": "' + b"a" * 3 * LIMIT + b'"}'
    client = connect().send(LOGIN + b"Content-Length: %d\r\n\r\n" % len(body) + body + REQUEST)
    assert client.answer().status == 422
    assert client.answer().status == 200


@pytest.mark.parametrize("size", [LIMIT, 16 * 1024 * 1024])
@pytest.mark.parametrize(
    "start", [b"GET /", HEAD + b"X", HEAD + b"X: ", b""], ids=["path", "name", "value", "ends"]
)
def test_a_client_reads_why_its_head_is_refused_though_it_sends_on(
    connect: Connect, start: bytes, size: int
) -> None:
    filler = b"a" * size if start else b"\r\n" * (size // 2)
    assert connect().send(start + filler).answer().status == 431


def test_fields_are_counted_also_those_behind_a_body(connect: Connect) -> None:
    fields = b"a: b\r\n" * 19
    assert connect().send(HEAD + fields + b"\r\n").answer().status == 200
    assert connect().send(HEAD + fields + b"a: b\r\n\r\n").answer().status == 431
    chunked = LOGIN + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
    assert connect().send(chunked + b"a: b\r\n\r\n").answer().status == 422
    assert connect().send(chunked + b"a: b\r\n" * 21 + b"\r\n").answer().status == 431
    assert connect().send(chunked + b"a: " + b"a" * 3 * LIMIT).answer().status == 431


def test_a_field_behind_a_body_is_no_field_of_the_request(running: LiveService, connect: Connect) -> None:
    with running.client() as client:
        token = client.headers["Token"]
    head = f"PATCH {API}/mz-request/{'0' * 32}/mz-result/{'0' * 32} HTTP/1.1\r\nHost: faces.test\r\n".encode()
    end = f"0\r\nToken: {token}\r\n\r\n".encode()
    assert connect().send(head + b"Transfer-Encoding: chunked\r\n\r\n" + end).answer().status == 401


def test_a_refusal_is_logged_with_the_client_address(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.addFilter(add_log_context)
    with caplog.at_level(logging.INFO, "entrypoints.http.connections"):
        assert connect().send(padded(LIMIT + 1)).answer().status == 431
    caplog.handler.removeFilter(add_log_context)
    refusals = [one for one in caplog.records if one.getMessage().endswith("head_too_large")]
    assert [vars(one)["address"] for one in refusals] == ["127.0.0.0"]


def test_a_client_that_wants_to_close_reads_a_refusal_that_comes_before_its_whole_body(
    connect: Connect,
) -> None:
    submission = f"POST {API}/mz-request HTTP/1.1\r\nHost: faces.test\r\nConnection: close\r\n".encode()
    for _ in range(5):
        client = connect().send(submission + f"Content-Length: {LARGE}\r\n\r\n".encode() + b"a" * LARGE)
        refused = client.answer()
        assert (refused.status, refused.headers["connection"]) == (401, "close")
        assert client.is_closed()


def test_white_space_behind_a_value_is_no_part_of_it(running: LiveService, connect: Connect) -> None:
    with running.client() as client:
        token = client.headers["Token"].encode()
    fields = b"Host: faces.test \t\r\nToken: " + token + b" \r\nAuthorization: Bearer " + token + b"\t\r\n"
    assert connect().send(f"GET {API}/users HTTP/1.1\r\n".encode() + fields + b"\r\n").answer().status == 200


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"what?\r\n\r\n",
        b"GET  HTTP/1.1\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\n",
        REQUEST.replace(b"1.1", b"0.9"),
        REQUEST.replace(b"1.1", b"2.0"),
        HEAD + b"no colon\r\n\r\n",
        LOGIN + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
        LOGIN + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
        LOGIN + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        LOGIN + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        LOGIN + b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        LOGIN + b"Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\n{}",
        LOGIN.replace(b"Host", b"X"),
        b"OPTIONS / HTTP/1.1\r\nOrigin: https://page.test\r\nAccess-Control-Request-Method: PUT\r\n",
        LOGIN.replace(b"\r\n", b"\r\nHost: faces.test\r\n", 1) + b"Content-Length: 0\r\n\r\n",
        HEAD.replace(b"1.1", b"1.0").replace(b"Host", b"X") + b"\r\n",
    ],
)
def test_what_does_not_follow_http_is_a_problem(connect: Connect, request_bytes: bytes) -> None:
    refused = connect().send(request_bytes + b"\r\n").answer()
    assert (refused.status, refused.problem["code"]) == (400, "bad_request")


def test_a_wish_for_another_protocol_is_ignored(connect: Connect) -> None:
    client = connect().send(HEAD + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n" + LAST_REQUEST)
    assert [client.answer().status, client.answer().status] == [200, 200]
    assert client.is_closed()


def test_requests_may_wait_behind_another_one_but_not_thousands(connect: Connect) -> None:
    client = connect().send(REQUEST * 40)
    assert {client.answer().status for _ in range(40)} == {200}
    client = connect().send(REQUEST * 1000)
    answered = 0
    while client.has_more():
        assert client.answer().status == 200
        answered += 1
    assert 1 <= answered <= 51


@pytest.mark.parametrize(
    "bad",
    [b"what?\r\n\r\n", padded(3 * LIMIT), LOGIN + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"],
    ids=["no request", "a head that is too large", "a bad body"],
)
def test_good_requests_are_answered_before_a_bad_one_behind_them_ends_the_connection(
    connect: Connect, bad: bytes
) -> None:
    client = connect().send(REQUEST + REQUEST + bad)
    assert [client.answer().status, client.answer().status] == [200, 200]
    assert client.is_closed()


def test_a_connection_is_not_reset_while_its_client_still_sends_behind_a_bad_request(
    connect: Connect,
) -> None:
    client = connect().send(REQUEST + REQUEST + b"what?\r\n\r\n" + b"a" * 1_000_000)
    time.sleep(0.2)  # a reset would come now
    client.send(b"a" * 1_000_000)
    assert [client.answer().status, client.answer().status] == [200, 200]
    assert client.socket.recv(1) == b""


def test_a_slow_head_is_told_so_and_an_idle_connection_is_closed(connect: Connect) -> None:
    slow, silent, idle = connect().send(HEAD), connect(), connect().send(REQUEST)
    assert idle.answer().status == 200
    refused = slow.answer()
    assert (refused.status, refused.problem["code"]) == (408, "too_slow")
    assert all(client.is_closed() for client in (slow, silent, idle))


def test_a_head_that_trickles_is_not_given_more_time(connect: Connect) -> None:
    client, started = connect().send(HEAD), time.monotonic()
    client.socket.settimeout(0.1)
    while time.monotonic() < started + TIMEOUT:
        try:
            assert client.answer().status == 408
            return
        except TimeoutError:
            client.send(b"a: b\r\n")
    raise AssertionError("the head was never too slow")


def test_a_body_that_stops_is_told_so_and_one_that_goes_on_is_not(connect: Connect) -> None:
    stops = connect().send(LOGIN + b"Content-Length: 9000\r\n\r\n{")
    goes_on = connect().send(LOGIN + b"Content-Length: 9000\r\n\r\n")
    for _ in range(20):
        goes_on.send(b" " * 450)
        time.sleep(0.1)
    assert goes_on.answer().status == 400  # no JSON
    refused = stops.answer()
    assert (refused.status, refused.problem["instance"]) == (408, f"{API}/auth")
    assert stops.is_closed()


def test_a_body_that_never_ends_behind_its_answer_is_cut_off(connect: Connect) -> None:
    client = connect().send(f"POST {API}/mz-request HTTP/1.1\r\nHost: faces.test\r\n".encode())
    client.send(b"Content-Length: 900000000\r\n\r\n")
    assert client.answer().status == 401
    assert not client.can_send_for(TIMEOUT)


def test_a_new_connection_takes_the_place_of_the_one_that_waited_longest(connect: Connect) -> None:
    oldest, *others = [connect() for _ in range(6)]
    assert connect().send(REQUEST).answer().status == 200
    assert oldest.is_closed()
    assert {client.send(REQUEST).answer().status for client in others} == {200}


def test_a_new_connection_is_refused_where_all_others_are_at_work(
    running: LiveService, connect: Connect
) -> None:
    half = LOGIN + b"Expect: 100-continue\r\nContent-Length: 18000\r\n\r\n" + b" " * 9000  # may take 10 s
    working = [connect().send(half) for _ in range(6)]
    assert all(client.is_told_to_continue() for client in working)
    refused = connect().answer()
    assert (refused.status, refused.problem["code"]) == (503, "too_many_connections")
    assert int(refused.headers["retry-after"]) > 0
    assert {client.send(b" " * 9000).answer().status for client in working} == {400}  # no JSON
    assert connect().send(REQUEST).answer().status == 200


@pytest.fixture(scope="module")
def large_file(running: LiveService) -> bytes:
    """The request for a file that is larger than what the system keeps for a client that does not read."""
    with running.client() as client:
        form = {"age": "34", "gender": "woman"}
        client.post("/mz-request", data=form, files={"file": b"R" * LARGE}).raise_for_status()
        (listed,) = client.get("/mz-request").json()["mz_request_list"]
        return HEAD.replace(b"/health/live", urlsplit(listed["voice_url"]).path.encode()) + b"\r\n"


def test_a_client_that_reads_nothing_of_its_answer_is_closed(
    running: LiveService, large_file: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    client = RawClient(running.port, receive_buffer=65536)
    with caplog.at_level(logging.DEBUG, "entrypoints.http.connections"):
        client.send(large_file)
        wait_until(lambda: "closed a connection: the client reads nothing" in caplog.messages)
    client.close()


def test_a_client_that_reads_slowly_gets_its_whole_answer(running: LiveService, large_file: bytes) -> None:
    client = RawClient(running.port, receive_buffer=65536).send(large_file)
    received, end = 0, time.monotonic() + 3
    while received < LARGE:
        read = len(client.socket.recv(65536))
        assert read, "the server has closed"
        received += read
        if time.monotonic() < end:
            time.sleep(0.2)
    client.close()
