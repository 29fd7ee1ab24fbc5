"""Asking for mails and using their links, over HTTP."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median

import httpx
import pytest
from dependency_injector import providers

from adapters.sql import upgrade
from databases.database import sql_database
from databases.statements import recorded_statements
from domain.throttling import MAILS_AN_HOUR
from doubles.mail import MemoryMailer
from integration.http.service import API, VOICE, LoggedInUser, Service, assert_problem, headers_of, sign_up

NEW = "another good horse"
PAIRS = 300


@pytest.fixture
def mailer(service: Service) -> MemoryMailer:
    mailer = MemoryMailer()
    service.container.mailer.override(providers.Object(mailer))
    return mailer


async def sent_token(service: Service, mailer: MemoryMailer, page: str = "") -> str:
    await service.container.send_mails()()
    return mailer.last_token(page)


async def test_an_address_is_confirmed_once_and_the_account_says_so(
    service: Service, mailer: MemoryMailer, client: httpx.AsyncClient, anna: LoggedInUser
) -> None:
    body = {"token": await sent_token(service, mailer)}
    assert (await anna.call("GET", "/users")).json().get("email_confirmed") is None
    assert (await client.post(f"{API}/users/email/confirmation", data=body)).status_code == 200
    assert (await anna.call("GET", "/users")).json()["email_confirmed"] is True
    assert_problem(await client.post(f"{API}/users/email/confirmation", data=body), 404, "invalid_mail_link")


async def test_a_link_that_is_used_many_times_at_once_works_once(
    service: Service, mailer: MemoryMailer, client: httpx.AsyncClient, anna: LoggedInUser
) -> None:
    await client.post(f"{API}/users/password/reset-mail", data={"email": anna.email})
    token = await sent_token(service, mailer)
    answers = await asyncio.gather(
        *(
            client.post(f"{API}/users/password/reset", data={"token": token, "password": f"{NEW} {number}"})
            for number in range(8)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, *[404] * 7]
    assert (await anna.call("GET", "/users")).status_code == 401


async def test_wrong_used_and_expired_links_get_one_answer(
    service: Service, mailer: MemoryMailer, client: httpx.AsyncClient, anna: LoggedInUser
) -> None:
    await client.post(f"{API}/users/password/reset-mail", data={"email": anna.email})
    used = await sent_token(service, mailer, "reset")
    reset = f"{API}/users/password/reset"
    assert (await client.post(reset, data={"token": used, "password": NEW})).status_code == 200
    await client.post(f"{API}/users/password/reset-mail", data={"email": anna.email})
    expired = await sent_token(service, mailer, "reset")
    service.clock.advance(hours=1)
    answers = [
        await client.post(reset, data={"token": token, "password": NEW})
        for token in (used, expired, "x", "", "A" * 64)
    ]
    assert {answer.text for answer in answers} == {answers[0].text}
    assert_problem(answers[0], 404, "invalid_mail_link")


async def test_asking_for_a_reset_gets_the_same_answer_with_and_without_an_account(
    client: httpx.AsyncClient, anna: LoggedInUser
) -> None:
    known, unknown = [
        await client.post(f"{API}/users/password/reset-mail", json={"email": email})
        for email in (anna.email, "unknown@example.org")
    ]
    assert (known.status_code, known.content, headers_of(known)) == (
        202,
        unknown.content,
        headers_of(unknown),
    )


async def test_asking_is_throttled_for_each_client_and_bad_addresses_are_refused(
    client: httpx.AsyncClient, anna: LoggedInUser
) -> None:
    ask = f"{API}/users/password/reset-mail"
    assert_problem(await client.post(ask, data={"email": "no address"}), 422, "invalid_value")
    answers = [await client.post(ask, data={"email": anna.email}) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [202] * 20 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_a_user_may_ask_for_a_few_more_mails_to_confirm(anna: LoggedInUser) -> None:
    answers = [await anna.call("POST", "/users/email/confirmation-mail") for _ in range(MAILS_AN_HOUR + 1)]
    assert [answer.status_code for answer in answers] == [202] * MAILS_AN_HOUR + [429]


async def test_mails_are_in_the_language_of_the_sign_up_and_that_of_a_reset_as_it_was_asked_for(
    service: Service, mailer: MemoryMailer, client: httpx.AsyncClient
) -> None:
    data = {"email": "bo@example.org", "password": "correct horse"}
    await client.post(f"{API}/users", data=data, headers={"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.8"})
    await client.post(f"{API}/users/password/reset-mail", data=data, headers={"Accept-Language": "en"})
    await service.container.send_mails()()
    assert sorted(one["Content-Language"] for one in mailer.sent) == ["en", "ko"]


async def test_where_a_setting_demands_it_an_unconfirmed_address_is_refused_before_the_recording_is_read() -> (
    None
):
    service = Service(environment={"V2F_CONFIRM_ADDRESS": "true"})
    mailer = MemoryMailer()
    service.container.mailer.override(providers.Object(mailer))
    chunks: list[bytes] = []

    async def body() -> AsyncIterator[bytes]:
        chunks.append(VOICE)
        yield VOICE

    async with service.client() as client:
        anna = await sign_up(client, "anna")
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        refused = await anna.call("POST", "/mz-request", content=body(), headers=headers)
        assert_problem(refused, 403, "address_not_confirmed")
        assert chunks == []
        token = await sent_token(service, mailer)
        await client.post(f"{API}/users/email/confirmation", data={"token": token})
        await anna.submitted()


@pytest.mark.parametrize("database_kind", ["sqlite", "mysql"])
async def test_asking_for_a_reset_takes_the_same_statements_and_time_with_and_without_an_account(
    request: pytest.FixtureRequest, tmp_path: Path, database_kind: str
) -> None:
    is_mysql = database_kind == "mysql"
    url = request.getfixturevalue("mysql_database").url if is_mysql else f"sqlite:///{tmp_path / 'test.db'}"
    await asyncio.to_thread(upgrade, url)
    service = Service(environment={"V2F_THROTTLE_RESETS_AN_HOUR": "1000000"})
    async with sql_database(url) as database, service.client() as client:
        service.container.unit_of_work.override(providers.Callable(database.unit_of_work))
        service.container.views.override(providers.Object(database.views))
        emails = {"known": (await sign_up(client, "anna")).email, "unknown": "carl@example.org"}

        async def ask(email: str) -> float:
            started = time.perf_counter()
            answer = await client.post(f"{API}/users/password/reset-mail", json={"email": email})
            assert answer.status_code == 202
            return time.perf_counter() - started

        statements = {}
        for name, email in emails.items():
            with recorded_statements(*database.engines) as statements[name]:
                await ask(email)
        assert statements["known"] == statements["unknown"]
        took: dict[str, list[float]] = {"known": [], "unknown": []}
        for number in range(PAIRS):
            for name in sorted(emails, reverse=bool(number % 2)):
                took[name].append(await ask(emails[name]))
    slower = sum(known > unknown for known, unknown in zip(*took.values(), strict=True))
    medians = {name: median(times) for name, times in took.items()}
    # A fair coin is further off once in two million runs.
    assert abs(slower - PAIRS / 2) < 5 * (PAIRS**0.5) / 2, (slower, medians)
