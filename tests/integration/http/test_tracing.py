"""One trace id follows a call from its answer to the log lines of the worker."""

import logging
from collections.abc import Iterator

import httpx
import pytest

from entrypoints.composition.log_lines import add_log_context
from integration.http.live import live
from integration.http.service import API, LoggedInUser, Service, sign_up

Lines = list[logging.LogRecord]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """The records that are logged meanwhile, with their context."""
    found: Lines = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(record)

    collector, root = Collector(), logging.getLogger()
    collector.addFilter(add_log_context)
    level = root.level
    root.addHandler(collector)
    root.setLevel(logging.INFO)
    yield found
    root.removeHandler(collector)
    root.setLevel(level)


def contexts(lines: Lines, logger: str) -> set[tuple[str, str, str]]:
    """Return trace id, user and address of the lines of a logger."""
    return {
        (vars(line)["trace_id"], vars(line)["user_id"], vars(line)["address"])
        for line in lines
        if line.name == logger
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"{API}/users"),
        ("GET", "/nothing"),
        ("PUT", "/health/live"),
        ("HEAD", "/health/live"),
        ("GET", "/schema"),
    ],
)
async def test_every_answer_has_an_id_of_its_own(client: httpx.AsyncClient, method: str, path: str) -> None:
    ids = {(await client.request(method, path)).headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3
    assert all(len(each) == 32 for each in ids)


async def test_an_id_that_a_client_sends_does_not_count(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health/live", headers={"X-Request-ID": "forged"})
    assert answer.headers.get_list("x-request-id") != ["forged"]
    assert len(answer.headers.get_list("x-request-id")) == 1


@pytest.mark.parametrize(
    ("proxies", "logged"), [("127.0.0.0/8", "203.0.113.0"), ("10.0.0.1", "127.0.0.0"), ("", "127.0.0.0")]
)
def test_a_forwarded_address_counts_only_from_a_trusted_proxy(
    proxies: str, logged: str, lines: Lines
) -> None:
    forwarded = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}  # a proxy appends what it has seen
    with live(Service(environment={"V2F_TRUSTED_PROXIES": proxies})) as running:
        httpx.get(f"{running.url}/api/v1/service", headers=forwarded, trust_env=False)
    assert {address for _, _, address in contexts(lines, "entrypoints.http.access_log")} == {logged}


async def test_pages_of_other_origins_may_read_it(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health/live", headers={"Origin": "https://page.example.org"})
    assert "X-Request-ID" in answer.headers["access-control-expose-headers"]


async def test_the_lines_of_a_call_and_of_its_job_have_the_same_id_and_user(
    service: Service, anna: LoggedInUser, lines: Lines
) -> None:
    user_id = next(iter(contexts(await logged_by(anna, lines), "entrypoints.http.access_log")))[1]
    assert len(user_id) == 32
    answer = await anna.submit()
    trace_id = answer.headers["x-request-id"]
    assert contexts(lines, "entrypoints.http.access_log") == {(trace_id, user_id, "127.0.0.0")}
    lines.clear()
    await service.run_jobs()
    assert contexts(lines, "application.generation.run") == {(trace_id, user_id, "-")}
    assert contexts(lines, "application.generation.attempt") == {(trace_id, user_id, "-")}
    assert [line.getMessage().split(", ")[1] for line in lines] == ["attempt 1 begins", "attempt 1 succeeded"]

    lines.clear()
    again = await anna.call("POST", f"/mz-request/{answer.json()['mz_request_id']}/mz-result")
    await service.run_jobs()
    assert contexts(lines, "application.generation.attempt") == {
        (again.headers["x-request-id"], user_id, "-")
    }


async def logged_by(user: LoggedInUser, lines: Lines) -> Lines:
    """Return the lines of a call by a user."""
    await user.call("GET", "/users")
    found = lines[:]
    lines.clear()
    return found


async def test_two_users_at_once_do_not_share_a_context(client: httpx.AsyncClient, lines: Lines) -> None:
    users = [await sign_up(client, name) for name in ("ann", "bob")]
    lines.clear()
    for user in users * 3:
        await user.call("GET", "/mz-request")
    await client.get(f"{API}/mz-request")
    by_user = contexts(lines, "entrypoints.http.access_log")
    assert len({user_id for _, user_id, _ in by_user}) == 3
    assert len({trace_id for trace_id, _, _ in by_user}) == 7
    assert "-" in {user_id for _, user_id, _ in by_user}
