"""A process that is killed after the effect of a call and before its answer: the call can be repeated.

Every route that changes something for a caller is called here, so that a new one keeps its answer, too.
"""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from dependency_injector import providers

from application.ports.unit_of_work import NOTHING, UnitOfWork
from entrypoints.http.dependencies import takes_key
from entrypoints.http.openapi.operations import operations
from integration.http.access_table import ROWS
from integration.http.service import LoggedInUser, Service, assert_problem
from integration.http.test_two_users import call, finished

ENDS_ITS_SESSION = {
    "DELETE /api/v1/users",
    "DELETE /api/v1/auth/sessions",
    "DELETE /api/v1/auth/sessions/{session_id}",
}
KEYED = sorted(
    f"{method.upper()} {path}" for path, method, handler in operations(Service().app) if takes_key(handler)
)
CHANGES_ONCE = [route for route in KEYED if route not in ENDS_ITS_SESSION]


class Killed(BaseException):
    """The process ends here."""


def kill_at_commit(service: Service, *, after: bool) -> Callable[[], None]:
    """Kill the process at the commit that ends a use case, before or after it; return how to start it again."""
    unit_of_work = service.container.unit_of_work

    def killed() -> UnitOfWork:
        uow: Any = service.database.unit_of_work()
        commit = uow.commit

        async def commit_and_die(returning: object = NOTHING) -> None:
            if returning is NOTHING or after:
                await commit(returning)
            if returning is not NOTHING:
                raise Killed

        uow.commit = commit_and_die
        return uow  # type: ignore[no-any-return]

    unit_of_work.override(providers.Callable(killed))
    restart_use_cases(service)

    def restart() -> None:
        unit_of_work.override(providers.Callable(service.database.unit_of_work))
        restart_use_cases(service)

    return restart


def restart_use_cases(service: Service) -> None:
    service.container.reset_singletons()


@pytest.fixture
def headers(anna: LoggedInUser) -> dict[str, str]:
    return {"Token": anna.token, "Idempotency-Key": "k"}


@pytest.mark.parametrize("route", CHANGES_ONCE)
async def test_what_is_repeated_after_a_process_was_killed_is_answered_as_it_would_have_been(
    service: Service, client: httpx.AsyncClient, anna: LoggedInUser, headers: dict[str, str], route: str
) -> None:
    ids, row = await finished(service, anna), ROWS[route]
    restart = kill_at_commit(service, after=True)
    with pytest.raises(Killed):
        await call(client, route, row, ids, headers)
    restart()
    again = await call(client, route, row, ids, headers)
    assert again.status_code == row.owner.status, again.text
    assert again.headers["idempotency-replayed"] == "true"
    once_more = await call(client, route, row, ids, headers)
    assert once_more.content == again.content


@pytest.mark.parametrize("route", CHANGES_ONCE)
async def test_what_is_repeated_after_a_process_was_killed_before_the_effect_is_done_then(
    service: Service, client: httpx.AsyncClient, anna: LoggedInUser, headers: dict[str, str], route: str
) -> None:
    ids, row = await finished(service, anna), ROWS[route]
    restart = kill_at_commit(service, after=False)
    with pytest.raises(Killed):
        await call(client, route, row, ids, headers)
    restart()
    assert_problem(await call(client, route, row, ids, headers), 409, "key_running")
    service.clock.advance(minutes=1)
    again = await call(client, route, row, ids, headers)
    assert again.status_code == row.owner.status, again.text
    assert "idempotency-replayed" not in again.headers


@pytest.mark.parametrize("route", CHANGES_ONCE)
async def test_every_answer_is_given_again_byte_for_byte(
    service: Service, client: httpx.AsyncClient, anna: LoggedInUser, headers: dict[str, str], route: str
) -> None:
    ids, row = await finished(service, anna), ROWS[route]
    first = await call(client, route, row, ids, headers)
    assert first.status_code == row.owner.status, first.text
    again = await call(client, route, row, ids, headers)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers.get("content-type") == first.headers.get("content-type")
    assert again.headers["idempotency-replayed"] == "true"
