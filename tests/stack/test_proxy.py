"""The proxy and its certificate: when each is healthy, and what becomes of clients that are slow or too many."""

import ssl
import subprocess
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from stack.running import Stack, inspected, tls, wait_until

RELOAD = "nginx -c /run/nginx/nginx.conf -e /dev/stderr -s reload"
HEAD_SECONDS, BODY_SECONDS, REQUESTS_AT_ONCE = 10, 30, 200
"""The limits in nginx.conf."""
SLACK_SECONDS = 10
TOO_MANY = 5
OTHER = "other.localhost"
"""A name whose certificates certbot has not got, and the proxy does not serve."""


@pytest.mark.parametrize(
    ("life", "left", "is_fine"),
    [
        (90, 90, True),
        (90, 16, True),
        (90, 14, False),
        (90, -1, False),
        (6, 1.5, True),
        (6, 0.9, False),
    ],
)
def test_a_certificate_that_was_not_renewed_in_time_is_a_fault(
    stack: Stack, life: float, left: float, is_fine: bool
) -> None:
    folder = f"/etc/letsencrypt/live/{OTHER}"
    check = ["env", f"DOMAIN={OTHER}", *health_check(stack, "certbot")]
    write = 'mkdir -p "$1" && echo "$2" >"$1/fullchain.pem"'
    stack.inside("certbot", *health_check(stack, "certbot"))
    assert not succeeds(stack, "certbot", *check)
    try:
        stack.inside("certbot", "sh", "-c", write, "-", folder, certificate(life, left))
        assert succeeds(stack, "certbot", *check) is is_fine
    finally:
        stack.inside("certbot", "rm", "-r", folder)


def test_a_proxy_that_does_not_answer_by_tls_is_not_healthy_and_mends_that(stack: Stack) -> None:
    check = health_check(stack, "proxy")
    stack.inside("proxy", *check)

    def is_broken() -> bool:
        stack.inside("proxy", "sh", "-c", f": >/run/nginx/tls.conf && {RELOAD}")
        return not succeeds(stack, "proxy", *check)

    wait_until(is_broken, 30, "the check fails")
    wait_until(lambda: succeeds(stack, "proxy", *check), 60, "the proxy answers by TLS")


def test_no_file_that_nginx_may_be_reading_is_written_where_nothing_has_changed(stack: Stack) -> None:
    def files() -> str:
        return stack.inside(
            "proxy", "sh", "-c", "stat -c '%n %i %y' /run/nginx/*.servers /run/nginx/tls.conf"
        )

    before = files()
    time.sleep(3)  # it looks for changes every second
    assert files() == before


def test_who_is_slow_is_cut_off_and_one_address_has_no_more_than_200_requests_at_a_time(
    stack: Stack,
) -> None:
    name = stack.settings.domain
    request = f"POST / HTTP/1.1\r\nHost: {name}\r\nContent-Length: 1\r\n\r\n".encode()
    with ThreadPoolExecutor(1) as pool, ExitStack() as until_the_end:
        head = pool.submit(seconds_of_a_slow_head, stack)
        clients = [
            until_the_end.enter_context(tls(stack, stack.trusting(), name))
            for _ in range(REQUESTS_AT_ONCE + TOO_MANY)
        ]
        began = time.monotonic()
        for client in clients:
            client.settimeout(BODY_SECONDS + SLACK_SECONDS)
            client.sendall(request)  # whose body never comes
        answers = Counter(client.recv(12) for client in clients)
        seconds = time.monotonic() - began
    assert answers == {b"": REQUESTS_AT_ONCE, b"HTTP/1.1 503": TOO_MANY}
    assert BODY_SECONDS - 1 < seconds < BODY_SECONDS + SLACK_SECONDS
    assert HEAD_SECONDS - 1 < head.result() < HEAD_SECONDS + SLACK_SECONDS
    assert stack.follow(f"{stack.url}/").status_code == 200


@pytest.mark.parametrize(
    ("path", "size", "status", "is_kept"),
    [
        ("/api/v1/mz-request", 300_000, b"401", False),
        ("/api/v1/mz-request/", 20_000_000, b"401", False),
        ("/api/v1/mz-request/1/mz-result/2", 300_000, b"401", False),
        ("/api/v1/users", 60_000, b"400", True),
    ],
)
def test_an_answer_before_the_end_of_a_body_says_that_the_connection_ends(
    stack: Stack, path: str, size: int, status: bytes, is_kept: bool
) -> None:
    """Else clients would send their next request with it, and that would be lost."""
    name = stack.settings.domain
    with tls(stack, stack.trusting(), name) as connection:
        connection.settimeout(BODY_SECONDS)
        connection.sendall(
            f"POST {path} HTTP/1.1\r\nHost: {name}\r\nOrigin: {stack.url}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {size}\r\n\r\n".encode()
        )
        if is_kept:
            connection.sendall(b" " * size)  # apart from the head, as clients do
        answer = head(connection)
        assert answer.startswith(b"HTTP/1.1 " + status), answer
        assert (b"\r\nConnection: close\r\n" not in answer) is is_kept
        if is_kept:
            connection.sendall(f"GET /health/live HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
            assert b"HTTP/1.1 200" in head(connection)


def head(connection: ssl.SSLSocket) -> bytes:
    """Return what comes until an empty line ends the head of an answer, or the connection ends."""
    got = b""
    while b"\r\n\r\n" not in got and (more := connection.recv(4096)):
        got += more
    return got


def seconds_of_a_slow_head(stack: Stack) -> float:
    """Send a head bit by bit, and return after how long the proxy closes the connection."""
    with tls(stack, stack.trusting(), stack.settings.domain) as connection:
        began = time.monotonic()
        connection.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
        connection.settimeout(0.5)
        while time.monotonic() - began < HEAD_SECONDS + SLACK_SECONDS:
            try:
                connection.sendall(b"x")
                if not connection.recv(1):
                    break
            except TimeoutError:
                pass  # nothing has come, and it is open
            except OSError:  # it was closed while more was sent
                break
        return time.monotonic() - began


def health_check(stack: Stack, service: str) -> list[str]:
    """Return the command with which the engine asks whether a service is healthy."""
    check: dict[str, list[str]] = inspected(stack, service)["Config"]["Healthcheck"]  # type: ignore[assignment]
    kind, *command = check["Test"]
    assert kind == "CMD"
    return command


def succeeds(stack: Stack, service: str, *command: str) -> bool:
    """Tell whether a command in the first container of a service ends with 0."""
    container = stack.containers(service)[0].id
    return subprocess.run(["docker", "exec", container, *command], capture_output=True).returncode == 0


def certificate(life: float, left: float) -> str:
    """Return a certificate for so many days, so many of which are left."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([])
    ends = datetime.now(UTC) + timedelta(days=left)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - timedelta(days=life))
        .not_valid_after(ends)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()
