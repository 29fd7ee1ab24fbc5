"""Erasing accounts, over HTTP."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from dependency_injector import providers
from sqlalchemy import select

from adapters.sql import SqlDatabaseFiles, upgrade
from adapters.sql.models import Base
from databases.database import Database, sql_database
from integration.http.service import API, PASSWORD, LoggedInUser, Service, assert_problem, sign_up

ROUNDS = 8
UNLIMITED = {
    f"V2F_THROTTLE_{name}": "0"
    for name in ("WRONG_PASSWORDS", "WRONG_PASSWORDS_PER_ADDRESS", "SIGN_UPS_AN_HOUR")
}


async def erase(user: LoggedInUser, **fields: str) -> httpx.Response:
    return await user.call("DELETE", "/users", **({"data": fields} if fields else {}))


async def test_the_answer_is_a_receipt_and_every_token_is_refused_from_then_on(
    service: Service, client: httpx.AsyncClient
) -> None:
    anna, ben = await sign_up(client, "anna"), await sign_up(client, "ben")
    await ben.submitted()
    await anna.submitted()
    await service.run_jobs()
    blobs = await service.blob_keys()
    login = {"email": anna.email, "password": PASSWORD}
    other_token = (await client.post(f"{API}/auth", data=login)).json()["token"]
    answer = await anna.call("DELETE", "/users", json={"password": PASSWORD})
    receipt = answer.json()
    assert answer.status_code == 200
    size = receipt.pop("bytes")
    assert receipt == {
        "erased_at": f"{service.clock():%Y-%m-%dT%H:%M:%SZ}",
        "sessions": 2,
        "consents": 0,
        "mails": 1,
        "requests": 1,
        "recordings": 1,
        "results": 1,
        "faces": 2,
        "ratings": 0,
        "surveys": 0,
        "note": None,
    }
    assert size > 0
    for token in (anna.token, other_token):
        for method, path in (("GET", "/users"), ("GET", "/mz-request"), ("DELETE", "/users")):
            refused = await client.request(method, API + path, headers={"Token": token})
            assert_problem(refused, 401, "invalid_token")
    assert_problem(await client.post(f"{API}/auth", data=login), 401, "wrong_credentials")
    left = await service.blob_keys()
    assert left < blobs
    assert len(left) * 2 == len(blobs)
    assert (await ben.call("GET", "/mz-request")).json()["mz_request_list"]


async def test_without_the_right_password_nothing_is_erased_and_tries_must_wait(
    service: Service, client: httpx.AsyncClient
) -> None:
    anna = await sign_up(client, "anna")
    missing = assert_problem(await erase(anna), 403, "password_missing")
    assert missing["error"] == "Give your password: what is erased cannot be brought back."
    for _ in range(3):
        assert_problem(await erase(anna, password="wrong"), 403, "wrong_password")
    refused = await erase(anna, password=PASSWORD)
    assert_problem(refused, 429, "too_many_attempts")
    assert (await anna.call("GET", "/users")).status_code == 200
    service.clock.advance(seconds=int(refused.headers["retry-after"]))
    assert (await erase(anna, password=PASSWORD)).status_code == 200


async def test_a_job_that_was_running_is_named_in_the_note(
    service: Service, client: httpx.AsyncClient
) -> None:
    anna = await sign_up(client, "anna")
    await anna.submitted()
    answer = await erase(anna, password=PASSWORD)
    assert answer.json()["note"] == "Some files are still being removed. They are gone within a minute."


@pytest.fixture(params=["sqlite", "mysql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    is_mysql = request.param == "mysql"
    url = request.getfixturevalue("mysql_database").url if is_mysql else f"sqlite:///{tmp_path / 'test.db'}"
    await asyncio.to_thread(upgrade, url)
    async with sql_database(url) as database:
        yield database


async def rows_of_users(database: Database) -> dict[str, int]:
    """Return how many rows each table has that say whose they are."""
    async with database.engines[0].connect() as connection:
        return {
            name: len((await connection.scalars(select(table.c.user_id))).all())
            for name, table in Base.metadata.tables.items()
            if "user_id" in table.columns
        }


async def test_whatever_comes_at_the_same_moment_is_answered_and_nothing_is_left(database: Database) -> None:
    service = Service(environment=UNLIMITED)
    service.container.unit_of_work.override(providers.Callable(database.unit_of_work))
    service.container.views.override(providers.Object(database.views))
    service.container.claims.override(providers.Object(database.claims))
    service.container.database_files.override(providers.Object(SqlDatabaseFiles(database.engines[0])))
    chance = random.Random(7)
    async with service.client() as client:
        for number in range(ROUNDS):
            await meet_an_erasure(service, await sign_up(client, f"anna-{number}"), chance)
            assert set((await rows_of_users(database)).values()) == {0}
    service.clock.advance(minutes=2)
    await service.container.forget_erased()()
    await service.container.finish_erasures()()
    assert await service.blob_keys() == set()
    async with database.unit_of_work() as uow:
        assert list(await uow.erasures.lock_due(service.clock(), 10)) == []


async def meet_an_erasure(service: Service, user: LoggedInUser, chance: random.Random) -> None:
    """Do all that a user can do while the account is erased twice."""
    login = {"email": user.email, "password": PASSWORD}
    ids = await user.submitted()
    await service.run_jobs()
    request = f"/mz-request/{ids['mz_request_id']}"
    result = f"{request}/mz-result/{ids['mz_result_id']}"
    await user.submitted()
    calls = [
        *(user.submit() for _ in range(3)),
        *(user.client.post(f"{API}/auth", data=login) for _ in range(3)),
        user.call("POST", f"{request}/mz-result"),
        user.call("PATCH", result, data={"type": "voice", "rating": "4"}),
        user.call("POST", result, data={"opinion": "mine"}),
        user.call("DELETE", request),
        user.call("GET", "/mz-request"),
        *(erase(user, password=PASSWORD) for _ in range(2)),
    ]
    chance.shuffle(calls)
    jobs = asyncio.create_task(service.run_jobs())
    answers = await asyncio.gather(*calls)
    await jobs
    assert max(answer.status_code for answer in answers) < 500, [answer.text for answer in answers]
    receipts = [answer for answer in answers if answer.is_success and "erased_at" in answer.text]
    if not receipts:
        answer = await erase(user, password=PASSWORD)
        assert answer.is_success, answer.text
