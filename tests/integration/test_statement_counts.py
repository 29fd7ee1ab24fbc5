"""How many SQL statements each endpoint costs, for any number of rows."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import Any

import httpx
import pytest
from dependency_injector import providers
from litestar.routes import HTTPRoute

from adapters.sql import upgrade
from databases.database import Database, sql_database
from databases.statements import recorded_statements
from doubles.clock import ManualClock
from doubles.mail import MemoryMailer
from integration.http.page_addresses import ADDRESSES
from integration.http.service import API, NOTICE, PASSWORD, VOICE, LoggedInUser, Service, sign_up

REQUEST = "/mz-request/{request_id}"
STATEMENTS = {
    "GET /service": 0,
    "POST /users": 7,  # read the throttle, lock it, write it; insert the user, the turn and the mail
    "POST /guests": 8,  # the throttle as above, user and turn; look for sessions too many, insert the session
    "POST /users/password/reset-mail": 5,  # the same of the throttle; insert the mail
    "POST /users/password/reset": 10,  # select the link
    # again; lock the user, delete the link, write the user, lock and end the sessions (2), insert mail, forget tries
    "POST /users/email/confirmation-mail": 6,  # lock the user; the throttle as above; insert the mail
    "POST /users/email/confirmation": 4,  # select the link, lock the user, delete the link, write the user
    "POST /users/email/validation": 5,  # the same, and select
    "POST /auth": 9,  # select, the same; lock the user, select old sessions, insert this one, forget the tries
    "POST /auth/sessions": 9,
    "POST /auth/refresh": 3,  # lock user and session, write the session
    "DELETE /auth/refresh": 4,  # lock user and session, delete it, insert that it has ended
    "GET /auth/sessions": 1,
    "DELETE /auth/sessions": 4,
    "DELETE /auth/sessions/{session_id}": 4,
    "PUT /users/password": 13,  # select, count the try; lock user, sessions; write, end others, link, mail, forget it
    "GET /users": 1,
    # select three times: for its password, to compare it, for its mails; the throttles as at a login, and take the try
    # back; lock the user, the sessions, the requests and the generations; end the sessions in two, delete the mails,
    # the rows in five, the throttles; write the erasure
    "DELETE /users": 22,
    "GET /users/export": 9,  # one for each table
    "GET /notices": 0,
    "GET /notices/{version}": 0,
    "GET /users/consents": 1,
    "POST /users/consents": 3,  # lock the user, select what stands, insert
    "DELETE /users/consents/{consent_id}": 6,  # user, consent, all that stand; write it and the user; open generations
    "POST /mz-request": 8,  # the user, usage; lock the user, usage again, write usage, request, generation and turn
    "GET /mz-request": 1,
    "GET " + REQUEST: 1,
    "GET " + REQUEST + "/status/{job_id}": 1,
    "GET " + REQUEST + "/result/{job_id}": 1,
    "GET " + REQUEST + "/mz-result": 1,
    "GET " + REQUEST + "/mz-result/{result_id}": 1,
    "GET "
    + REQUEST
    + "/events": 2,  # the request, and how far its newest generation is; then one a tick for all
    "GET /media/{token}": 0,
    "PATCH " + REQUEST + "/mz-result/{result_id}": 3,  # lock request and generation, write
    "POST "
    + REQUEST
    + "/mz-result/{result_id}": 6,  # lock both, select a survey, write the generation; merge
    "POST "
    + REQUEST
    + "/mz-result": 8,  # lock user, request and generations, usage, write usage, these two and the turn
    "POST " + REQUEST + "/mz-result/{result_id}/shares": 3,  # the user, the result, whether all may see it
    "GET /shares/{token}": 1,
    "DELETE "
    + REQUEST: 6,  # lock request and generations, write usage of one that has not ended, erase, the erasure, the turn
    **{f"GET {address}": 0 for address in ADDRESSES},
    "GET /health/live": 0,
    "GET /health/ready": 1,
}

READS_ENDED_SESSIONS = "FROM ended_sessions"
"""All calls of some seconds share this one, so it is not counted: another test counts how often it comes."""


@pytest.fixture(params=["sqlite", "mysql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    is_mysql = request.param == "mysql"
    url = request.getfixturevalue("mysql_database").url if is_mysql else f"sqlite:///{tmp_path / 'test.db'}"
    await asyncio.to_thread(upgrade, url)
    async with sql_database(url) as database:
        yield database


@pytest.fixture
def service(database: Database) -> Service:
    service = Service()
    service.container.unit_of_work.override(providers.Callable(database.unit_of_work))
    service.container.views.override(providers.Object(database.views))
    service.container.account_data.override(providers.Object(database.account_data))
    service.container.claims.override(providers.Object(database.claims))
    return service


@pytest.fixture
async def client(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    async with service.client() as client:
        yield client


class Meter:
    """Counts the statements of each HTTP call."""

    def __init__(self, database: Database) -> None:
        self.counts: dict[str, int] = {}
        self._engines = database.engines

    async def __call__(self, endpoint: str, call: Awaitable[httpx.Response]) -> Any:
        with recorded_statements(*self._engines) as statements:
            answer = await call
        assert answer.status_code < 400, (endpoint, answer.text)
        self.counts[endpoint] = len([one for one in statements if READS_ENDED_SESSIONS not in one])
        return answer.json() if answer.content.startswith(b"{") else None


async def fill(service: Service, user: LoggedInUser, requests: int) -> None:
    """Give a user requests with two results each."""
    for _ in range(requests):
        ids = await user.submitted()
        await service.run_jobs()
        await user.call("POST", f"/mz-request/{ids['mz_request_id']}/mz-result")
        await service.run_jobs()


async def meter_sessions(meter: Meter, client: httpx.AsyncClient, user: LoggedInUser) -> None:
    """Count what the calls about the sessions of a user cost, and leave the user logged in."""
    login = {"email": user.email, "password": PASSWORD}
    await meter("POST /auth/sessions", client.post(f"{API}/auth/sessions", data=login))
    await meter("GET /auth/sessions", user.call("GET", "/auth/sessions"))
    passwords = {"current_password": PASSWORD, "password": PASSWORD}
    await meter("PUT /users/password", user.call("PUT", "/users/password", data=passwords))
    await client.post(f"{API}/auth/sessions", data=login)
    await meter("POST /auth/refresh", client.post(f"{API}/auth/refresh"))
    await meter("DELETE /auth/refresh", client.delete(f"{API}/auth/refresh"))
    await meter("DELETE /auth/sessions/{session_id}", user.call("DELETE", "/auth/sessions/current"))
    await user.log_in()
    await client.post(f"{API}/auth/sessions", data=login)
    await meter("DELETE /auth/sessions", user.call("DELETE", "/auth/sessions"))
    await user.log_in()


async def meter_consents(meter: Meter, client: httpx.AsyncClient, user: LoggedInUser) -> None:
    """Call what is about consents; at the end the user agrees."""
    await meter("GET /service", client.get(f"{API}/service"))
    await meter("GET /notices", client.get(f"{API}/notices"))
    await meter("GET /notices/{version}", client.get(f"{API}/notices/{NOTICE}"))
    agreed = {"notice_version": NOTICE}
    consent = await meter("POST /users/consents", user.call("POST", "/users/consents", data=agreed))
    await meter("GET /users/consents", user.call("GET", "/users/consents"))
    withdrawn = f"/users/consents/{consent['id']}"
    await meter("DELETE /users/consents/{consent_id}", user.call("DELETE", withdrawn))
    await user.call("POST", "/users/consents", data=agreed)


async def meter_mails(meter: Meter, service: Service, client: httpx.AsyncClient) -> None:
    """Count what the mails of an account cost, and using their links."""
    mailer = MemoryMailer()
    service.container.mailer.override(providers.Object(mailer))
    mia = await sign_up(client, "mia")
    ask, confirm = "/users/email/confirmation-mail", "/users/email/confirmation"
    await meter(f"POST {ask}", mia.call("POST", ask))
    await service.container.send_mails()()
    token = {"token": mailer.last_token("confirm")}
    await meter(f"POST {confirm}", client.post(API + confirm, data=token))
    ask, reset = "/users/password/reset-mail", "/users/password/reset"
    await meter(f"POST {ask}", client.post(API + ask, data={"email": mia.email}))
    await service.container.send_mails()()
    token = {"token": mailer.last_token("reset"), "password": "another good horse"}
    await meter(f"POST {reset}", client.post(API + reset, data=token))


@pytest.mark.parametrize("requests", [0, 8])
async def test_every_endpoint_costs_the_same_few_statements_for_any_number_of_rows(
    service: Service, client: httpx.AsyncClient, database: Database, requests: int
) -> None:
    meter = Meter(database)
    anna, others = await sign_up(client, "anna"), await sign_up(client, "others")
    await fill(service, anna, requests)
    await fill(service, others, requests)

    login = {"email": "new@example.org", "password": "correct horse"}
    free = {"email": "free@example.org"}
    await meter("POST /users/email/validation", client.post(f"{API}/users/email/validation", data=free))
    await meter("POST /users", client.post(f"{API}/users", data=login))
    await meter("POST /guests", client.post(f"{API}/guests"))
    await meter("POST /auth", client.post(f"{API}/auth", data=login))
    await meter("GET /users", anna.call("GET", "/users"))
    await meter("GET /users/export", anna.call("GET", "/users/export"))

    await meter_consents(meter, client, anna)
    for _ in range(requests):
        await client.post(f"{API}/auth", data={"email": anna.email, "password": PASSWORD})
    await meter_sessions(meter, client, anna)
    await meter_mails(meter, service, client)
    for address in ADDRESSES:
        path = address.format(version="any", file_name="style.css", shown_id="any")
        await meter(f"GET {address}", client.get(path))

    ids = await meter("POST /mz-request", anna.submit())
    await service.run_jobs()
    request, job = f"/mz-request/{ids['mz_request_id']}", ids["job_id"]
    result = f"{request}/mz-result/{ids['mz_result_id']}"
    listed = await meter("GET /mz-request", anna.call("GET", "/mz-request"))
    assert len(listed["mz_request_list"]) == requests + 1
    await meter("GET /mz-request/{request_id}", anna.call("GET", request))
    await meter(f"GET {REQUEST}/status/{{job_id}}", anna.call("GET", f"{request}/status/{job}"))
    await meter(f"GET {REQUEST}/result/{{job_id}}", anna.call("GET", f"{request}/result/{job}"))
    await meter(f"GET {REQUEST}/mz-result", anna.call("GET", f"{request}/mz-result"))
    faces = await meter(f"GET {REQUEST}/mz-result/{{result_id}}", anna.call("GET", result))
    await meter(f"GET {REQUEST}/events", anna.call("GET", f"{request}/events"))
    await meter("GET /media/{token}", client.get(faces["mz_result"]["voice_image_url"]))
    rating = {"type": "voice", "rating": "4"}
    await meter(f"PATCH {REQUEST}/mz-result/{{result_id}}", anna.call("PATCH", result, data=rating))
    share = await meter(
        f"POST {REQUEST}/mz-result/{{result_id}}/shares", anna.call("POST", f"{result}/shares")
    )
    await meter("GET /shares/{token}", client.get(f"{API}/shares/{share['url'].partition('#')[2]}"))
    answers = {"opinion": "It looks like me."}
    await meter(f"POST {REQUEST}/mz-result/{{result_id}}", anna.call("POST", result, data=answers))
    await meter(f"POST {REQUEST}/mz-result", anna.call("POST", f"{request}/mz-result"))
    await meter(f"DELETE {REQUEST}", anna.call("DELETE", request))

    await meter("DELETE /users", anna.call("DELETE", "/users", data={"password": PASSWORD}))

    await meter("GET /health/live", client.get("/health/live"))
    await meter("GET /health/ready", client.get("/health/ready"))
    assert meter.counts == STATEMENTS


async def test_a_guest_costs_what_an_account_does_and_the_end_of_the_session_at_the_sign_up(
    client: httpx.AsyncClient, database: Database
) -> None:
    meter = Meter(database)
    token = (await client.post(f"{API}/guests")).json()["token"]
    guest = LoggedInUser(client, "", token)
    await meter("POST /mz-request", guest.submit())
    login = {"email": "new@example.org", "password": "correct horse"}
    await meter("POST /users", guest.call("POST", "/users", data=login))
    assert meter.counts == {
        "POST /mz-request": STATEMENTS["POST /mz-request"],
        "POST /users": STATEMENTS["POST /users"]
        + 3,  # lock and write the user; lock the sessions, end them (2)
    }


async def test_a_call_with_a_key_costs_five_statements_more_and_repeating_it_few(
    service: Service, client: httpx.AsyncClient, database: Database
) -> None:
    meter = Meter(database)
    anna = await sign_up(client, "anna")

    async def submitted(key: str) -> httpx.Response:
        fields, file = {"age": "34", "gender": "woman"}, {"file": ("voice.wav", VOICE)}
        return await anna.call(
            "POST", "/mz-request", data=fields, files=file, headers={"Idempotency-Key": key}
        )

    ids = await meter("POST /mz-request", submitted("one"))
    await service.run_jobs()
    result = f"/mz-request/{ids['mz_request_id']}/mz-result/{ids['mz_result_id']}"
    rating = {"data": {"type": "voice", "rating": "4"}, "headers": {"Idempotency-Key": "two"}}
    await meter(f"PATCH {REQUEST}/mz-result/{{result_id}}", anna.call("PATCH", result, **rating))
    more = 5  # lock the user, look for the call, count the user's, insert; write the answer
    assert meter.counts == {name: STATEMENTS[name] + more for name in meter.counts}
    await meter("recording again", submitted("one"))
    await meter("rating again", anna.call("PATCH", result, **rating))
    # lock the user, select the call; a recording is admitted first, in two
    assert (meter.counts["recording again"], meter.counts["rating again"]) == (4, 2)


async def test_which_sessions_have_ended_is_read_once_for_many_calls(
    service: Service, client: httpx.AsyncClient, database: Database
) -> None:
    clock = ManualClock()
    service.container.clock.override(providers.Object(clock))
    anna = await sign_up(client, "anna")
    with recorded_statements(*database.engines) as statements:
        for _ in range(2):
            await asyncio.gather(*(anna.call("GET", "/users") for _ in range(20)))
            clock.advance(seconds=8)
    assert len([one for one in statements if READS_ENDED_SESSIONS in one]) == 2


def test_every_endpoint_has_a_count(service: Service) -> None:
    endpoints = {
        f"{method} {route.path_format.removeprefix(API)}"
        for route in service.app.routes
        if isinstance(route, HTTPRoute) and not route.path.startswith("/schema")
        for method in route.methods - {"OPTIONS"}
    }
    assert endpoints == STATEMENTS.keys()
