"""Sessions on two API processes with one MySQL: what one of them ends, the other refuses within ten seconds.

How soon is told by the service's own times, the moment in the database and the `Date` of its last answer that
accepted the token, so that a slow machine fails no test.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest

from adapters.auth.tokens import JwtTokens
from adapters.sql import upgrade
from application.ports.auth import Principal
from domain.ids import SessionId, UserId
from e2e.cluster import SECRET, wait_until
from e2e.service import FAST_SERVICE, TIMEOUT, Service, running, submit
from e2e.voices import short_voice
from entrypoints.composition.container import utc_now
from real_servers import MySqlDatabase, MySqlServer

BAR = timedelta(seconds=10)
PATIENCE = 60
PASSWORD = "correct horse"
LOGIN = {"email": "ann@example.org", "password": PASSWORD}


@pytest.fixture
def processes(mysql_database: MySqlDatabase, tmp_path: Path) -> Iterator[list[Service]]:
    upgrade(mysql_database.url)
    environment = {
        "V2F_DATABASE_URL": mysql_database.url,
        "V2F_SECRET": SECRET,
        "FAST_FACE_SECONDS": "60",  # a job lasts longer than a stream is watched
    }
    with ExitStack() as stack:
        services = [
            stack.enter_context(
                running(Service(data=tmp_path / "data", program=FAST_SERVICE, environment=environment))
            )
            for _ in range(2)
        ]
        httpx.post(f"{services[0].url}/users", data=LOGIN, timeout=TIMEOUT).raise_for_status()
        yield services


class Page:
    """A page that is logged in, and may call each process."""

    def __init__(self, service: Service) -> None:
        self.client = httpx.Client(timeout=TIMEOUT)
        self.token = ""
        self._take(self.client.post(f"{service.url}/auth/sessions", data=LOGIN))

    def refresh(self, service: Service) -> int:
        answer = self.client.post(f"{service.url}/auth/refresh")
        if answer.is_success:
            self._take(answer)
        return answer.status_code

    def call(self, service: Service, method: str = "GET", path: str = "/users") -> httpx.Response:
        return self.client.request(method, f"{service.url}{path}", headers={"Token": self.token})

    def _take(self, answer: httpx.Response) -> None:
        self.token = answer.raise_for_status().json()["token"]


def last_accepted(service: Service, *pages: Page) -> datetime:
    """Return when a process last accepted the token of one of the pages, once it has refused all of them."""
    accepted = [datetime.min.replace(tzinfo=UTC)]

    def all_refused() -> bool:
        answers = [page.call(service) for page in pages]
        assert {answer.status_code for answer in answers} <= {200, 401}
        accepted.extend(parsedate_to_datetime(one.headers["date"]) for one in answers if one.is_success)
        return all(answer.status_code == 401 for answer in answers)

    wait_until(all_refused, PATIENCE, "the other process refuses the sessions")
    return max(accepted)


def ended_at(mysql: MySqlServer, database: MySqlDatabase) -> datetime:
    """Return when the last session ended, as the database says it."""
    ((moment,),) = mysql.query(f"SELECT MAX(ended_at) FROM {database.name}.ended_sessions")
    return datetime.fromisoformat(str(moment)).replace(tzinfo=UTC)


@pytest.mark.parametrize("session", ["/current", ""])
def test_a_session_that_ends_on_one_process_is_refused_by_the_other_within_ten_seconds(
    processes: list[Service], mysql_server: MySqlServer, mysql_database: MySqlDatabase, session: str
) -> None:
    one, two = processes
    pages = [Page(one), Page(two)]
    assert {page.call(service).status_code for page in pages for service in processes} == {200}
    assert pages[0].call(one, "DELETE", f"/auth/sessions{session}").status_code == 204
    ended = pages if not session else pages[:1]
    assert {page.call(one).status_code for page in ended} == {401}
    assert last_accepted(two, *ended) < ended_at(mysql_server, mysql_database) + BAR
    assert {page.refresh(two) for page in ended} == {401}
    assert {page.call(two).status_code for page in pages if page not in ended} <= {200}


def test_a_stolen_refresh_token_ends_its_session_on_both_processes(
    processes: list[Service], mysql_server: MySqlServer, mysql_database: MySqlDatabase
) -> None:
    one, two = processes
    page, thief = Page(one), Page(one)
    thief.client.cookies = httpx.Cookies(page.client.cookies)
    assert thief.refresh(two) == 200
    assert page.refresh(one) == 401
    assert last_accepted(two, page, thief) < ended_at(mysql_server, mysql_database) + BAR
    assert last_accepted(one, page, thief) < ended_at(mysql_server, mysql_database) + BAR
    assert thief.refresh(two) == 401


def test_a_changed_password_ends_the_other_sessions_on_both_processes(
    processes: list[Service], mysql_server: MySqlServer, mysql_database: MySqlDatabase
) -> None:
    one, two = processes
    page, other = Page(one), Page(two)
    changed = page.client.put(
        f"{one.url}/users/password",
        headers={"Token": page.token},
        data={"current_password": PASSWORD, "password": "battery staple"},
    )
    assert changed.status_code == 204
    assert last_accepted(two, other) < ended_at(mysql_server, mysql_database) + BAR
    assert {page.call(service).status_code for service in processes} == {200}
    assert page.refresh(two) == 200
    assert httpx.post(f"{two.url}/auth", data=LOGIN, timeout=TIMEOUT).status_code == 401


def session_of(mysql: MySqlServer, database: MySqlDatabase) -> tuple[UserId, SessionId]:
    ((user_id, session_id),) = mysql.query(f"SELECT user_id, id FROM {database.name}.sessions")
    return UserId(user_id), SessionId(session_id)


@pytest.mark.parametrize("how", ["the session ends", "the token expires"])
def test_an_event_stream_ends_with_its_session_or_token_and_its_client_cannot_come_back(
    processes: list[Service], mysql_server: MySqlServer, mysql_database: MySqlDatabase, how: str
) -> None:
    one, two = processes
    page = Page(one)
    with httpx.Client(base_url=one.url, headers={"Token": page.token}, timeout=TIMEOUT) as client:
        path = f"/mz-request/{submit(client, short_voice()).json()['mz_request_id']}/events"
    user_id, session_id = session_of(mysql_server, mysql_database)
    if how == "the token expires":
        page.token = JwtTokens(SECRET, utc_now).issue(
            Principal(
                user_id=user_id,
                session_id=session_id,
                email=LOGIN["email"],
                expires_at=utc_now() + timedelta(seconds=5),
            )
        )
    headers = {"Token": page.token}
    with page.client.stream("GET", f"{two.url}{path}", headers=headers, timeout=PATIENCE) as stream:
        lines = stream.iter_lines()
        assert next(lines) == "event: progress"
        if how == "the session ends":
            assert page.call(one, "DELETE", "/auth/sessions/current").status_code == 204
        begun = utc_now()
        list(lines)  # until its end; raises where the stream is cut off
        assert utc_now() - begun < timedelta(seconds=PATIENCE / 2)
    assert page.call(two, path=path).status_code == 401
