"""Two users: what each gets of the other's data, for every route of the application (`access_table.py`)."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from dependency_injector import providers
from litestar.routes import HTTPRoute

from adapters.sql import upgrade
from databases.database import sql_database
from integration.http.access_table import LOGIN, NO_TOKEN, OWN, ROWS, UNKNOWN, Answer, Row
from integration.http.service import API, NOTICE, LoggedInUser, Service, assert_problem, sign_up

Ids = Mapping[str, str]

DIFFERS_IN_EACH_ANSWER = ("date", "x-request-id")

LIFTED = {"V2F_QUOTA_REQUESTS_A_DAY": "0", "V2F_QUOTA_DRAWING_SECONDS_A_DAY": "0"}
"""Each route is called about requests of its own, which are more than a user may make in a day."""

fresh = count()


@pytest.fixture(params=["memory", "sqlite", "mysql"])
async def service(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Service]:
    service = Service(environment=LIFTED)
    if request.param == "memory":
        yield service
        return
    is_mysql = request.param == "mysql"
    url = request.getfixturevalue("mysql_database").url if is_mysql else f"sqlite:///{tmp_path / 'test.db'}"
    await asyncio.to_thread(upgrade, url)
    async with sql_database(url) as database:
        service.container.unit_of_work.override(providers.Callable(database.unit_of_work))
        service.container.views.override(providers.Object(database.views))
        service.container.account_data.override(providers.Object(database.account_data))
        service.container.claims.override(providers.Object(database.claims))
        yield service


def routes(service: Service) -> set[str]:
    """Return method and path of every route; OPTIONS and HEAD follow from the others."""
    return {
        f"{method} {route.path_format}"
        for route in service.app.routes
        if isinstance(route, HTTPRoute)
        for method in route.methods - {"OPTIONS"}
    }


def test_every_route_has_a_row_in_the_access_table() -> None:
    found = routes(Service())
    assert not found - ROWS.keys(), (
        f"Add {sorted(found - ROWS.keys())} to ROWS in tests/integration/http/access_table.py: "
        "what a client without a token, another user and the owner get."
    )
    assert not ROWS.keys() - found, f"Remove {sorted(ROWS.keys() - found)} from ROWS: there is no such route."


def test_a_path_that_names_an_object_of_a_user_is_for_its_owner_only() -> None:
    names = ("{request_id}", "{session_id}", "{consent_id}")
    assert {route for route in ROWS if any(name in route for name in names)} == OWN.keys()


def names_a_result(route: str) -> bool:
    """Tell whether a path names a result, beside its request."""
    return "{result_id}" in route or "{job_id}" in route


async def call(
    client: httpx.AsyncClient, route: str, row: Row, ids: Ids, headers: Mapping[str, str]
) -> httpx.Response:
    """Call a route about the objects with these ids, without the cookie that an answer before has set."""
    client.cookies.clear()
    method, path = route.split(" ")
    sends = dict(row.sends)
    if "data" in sends:
        sends["data"] = {
            name: value.replace("{fresh}", f"fresh{next(fresh)}") for name, value in sends["data"].items()
        }
    return await client.request(method, path.format_map(ids), headers=headers, **sends)


def seen(answer: httpx.Response) -> Answer:
    """Return the answer as the access table says it."""
    return Answer(answer.status_code, answer.json()["code"] if answer.is_error else "")


def without_path(answer: httpx.Response) -> tuple[bytes, dict[str, str]]:
    """Return body and headers, without what may differ between two answers that tell the same."""
    headers = {name: value for name, value in answer.headers.items() if name not in DIFFERS_IN_EACH_ANSWER}
    path = answer.request.url.raw_path
    assert path in answer.content
    return answer.content.replace(path, b""), headers


async def finished(service: Service, user: LoggedInUser) -> Ids:
    """Return the ids of a request of the user whose faces are made, rated and surveyed."""
    ids = await early(user)
    await service.run_jobs()
    result = f"/mz-request/{ids['request_id']}/mz-result/{ids['result_id']}"
    await user.call("PATCH", result, data={"type": "condition", "rating": "2"})
    answered = await user.call("POST", result, data={"user_phone": "010-1234-5678"})
    assert answered.status_code == 200, answered.text
    return ids


async def early(user: LoggedInUser) -> Ids:
    """Return the ids of a request of the user whose job is queued, and of the consent that was given with it."""
    submitted = (await user.submit(notice_version=NOTICE)).json()
    request_id = submitted["mz_request_id"]
    consents = (await user.call("GET", "/users/consents")).json()["consents"]
    shown = (await user.call("GET", f"/mz-request/{request_id}")).json()["mz_request"]
    listed = (await user.call("GET", "/auth/sessions")).json()["sessions"]
    return {
        "session_id": next(session["id"] for session in listed if session["current"]),
        "request_id": request_id,
        "result_id": submitted["mz_result_id"],
        "job_id": submitted["job_id"],
        "consent_id": next(one["id"] for one in consents if one["mz_request_id"] == request_id),
        "version": NOTICE,
        "file_name": "style.css",
        "shown_id": request_id,
        "token": urlsplit(shown["voice_url"]).path.rpartition("/")[2],
    }


async def all_of(user: LoggedInUser, *requests: Ids) -> list[Any]:
    """Return all that a user can read about requests."""
    paths = [
        f"/mz-request/{ids['request_id']}{path.format_map(ids)}"
        for ids in requests
        for path in ("", "/status/{job_id}", "/mz-result/{result_id}")
    ]
    lists = ("/users", "/users/consents", "/mz-request")
    return [(await user.call("GET", path)).json() for path in (*lists, *paths)]


async def test_every_route_answers_a_stranger_another_user_and_the_owner_as_the_access_table_says(
    service: Service, client: httpx.AsyncClient, anna: LoggedInUser, ben: LoggedInUser
) -> None:
    await client.post(f"{API}/users", data=LOGIN)
    got: dict[str, Row] = {}
    for route, row in ROWS.items():
        done, queued = await finished(service, ben), await early(ben)
        before = await all_of(ben, done, queued)
        stranger = await call(client, route, row, done, {})
        other = await call(client, route, row, done, {"Token": anna.token})
        assert await all_of(ben, done, queued) == before, f"{route} changed what belongs to another user"
        if "{" not in route:
            for secret in (ben.email, done["request_id"], done["result_id"]):
                assert secret not in other.text + stranger.text
        owner_early = None
        if row.owner_early:
            owner_early = seen(await call(client, route, row, queued, {"Token": ben.token}))
        owner = await call(client, route, row, done, {"Token": ben.token})
        got[route] = Row(
            stranger=seen(stranger),
            other=seen(other),
            owner=seen(owner),
            owner_early=owner_early,
            sends=row.sends,
        )
        if route == f"DELETE {API}/users":
            anna, ben = await sign_up(client, "anna"), await sign_up(client, "ben")
        for user in (anna, ben):
            await user.log_in()  # the route may have ended the sessions
            await erase_all(service, user)
    assert got == ROWS


async def erase_all(service: Service, user: LoggedInUser) -> None:
    """Erase all requests of a user, and leave no job in the queue."""
    for listed in (await user.call("GET", "/mz-request")).json()["mz_request_list"]:
        await user.call("DELETE", f"/mz-request/{listed['id']}")
    await service.run_jobs()


async def test_an_object_of_another_user_cannot_be_told_from_one_that_does_not_exist(
    service: Service, client: httpx.AsyncClient, anna: LoggedInUser, ben: LoggedInUser
) -> None:
    mine, theirs, queued = await finished(service, anna), await finished(service, ben), await early(ben)
    before = await all_of(ben, theirs, queued)
    for route, row in OWN.items():
        unknown = without_path(await call(client, route, row, UNKNOWN, {"Token": anna.token}))
        tried = [theirs, queued]
        if "{request_id}" in route:
            tried.append({**mine, "request_id": theirs["request_id"]})
        if names_a_result(route):
            tried.append({**theirs, "request_id": mine["request_id"]})
        for ids in tried:
            answer = await call(client, route, row, ids, {"Token": anna.token})
            assert_problem(answer, 404, "not_found")
            assert without_path(answer) == unknown
        if route.startswith("GET"):
            head = await call(client, route.replace("GET", "HEAD"), row, theirs, {"Token": anna.token})
            assert (head.status_code, head.content) == (404, b"")
    assert await all_of(ben, theirs, queued) == before


@pytest.mark.parametrize("service", ["memory"], indirect=True)
async def test_a_malformed_id_is_an_unknown_one(client: httpx.AsyncClient, anna: LoggedInUser) -> None:
    for route, row in OWN.items():
        for malformed in ("1", "A" * 32, "é%00", "x" * 5000):
            answer = await call(client, route, row, dict.fromkeys(UNKNOWN, malformed), {"Token": anna.token})
            assert_problem(answer, 404, "not_found")


@pytest.mark.parametrize("service", ["memory"], indirect=True)
async def test_a_result_under_another_request_of_the_same_user_is_unknown(
    service: Service, client: httpx.AsyncClient, anna: LoggedInUser
) -> None:
    one, other = await finished(service, anna), await finished(service, anna)
    for route, row in OWN.items():
        if names_a_result(route):
            mixed = {**one, "request_id": other["request_id"]}
            assert_problem(await call(client, route, row, mixed, {"Token": anna.token}), 404, "not_found")


@pytest.mark.parametrize("service", ["memory"], indirect=True)
async def test_without_a_valid_token_an_object_that_exists_cannot_be_told_from_another(
    service: Service, client: httpx.AsyncClient, anna: LoggedInUser
) -> None:
    ids = await finished(service, anna)
    no_valid_token: list[dict[str, str]] = [
        {},
        {"Token": ""},
        {"Token": "nonsense"},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": f"Basic {anna.token}"},
    ]
    for route, row in ROWS.items():
        if row.stranger == NO_TOKEN:
            for headers in no_valid_token:
                answer = await call(client, route, row, ids, headers)
                assert_problem(answer, 401, "invalid_token")
                assert answer.headers["www-authenticate"].startswith("Bearer ")
                unknown = await call(client, route, row, UNKNOWN, headers)
                assert without_path(answer) == without_path(unknown)


@pytest.mark.parametrize("service", ["memory"], indirect=True)
async def test_a_link_to_what_was_erased_cannot_be_told_from_a_forged_one(
    service: Service, client: httpx.AsyncClient, anna: LoggedInUser
) -> None:
    ids = await finished(service, anna)
    link = f"{API}/media/{ids['token']}"
    assert (await client.get(link)).status_code == 200
    await anna.call("DELETE", f"/mz-request/{ids['request_id']}")
    erased, forged = await client.get(link), await client.get(link[:-4] + "AAAA")
    assert_problem(erased, 404, "invalid_link")
    assert without_path(erased) == without_path(forged)
