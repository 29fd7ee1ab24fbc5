"""Generated requests, both those that the document allows and others: every answer must be as the document says."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from schemathesis import Case

from integration.http.generated import bounded, described, send_own_key
from integration.http.live import LiveService, live
from integration.http.service import API, VOICE, Service

SETTINGS = bounded(12)
LOGIN = {"email": "not-in-the-document@example.org", "password": "correct horse"}
FORM = {"age": "34", "gender": "woman"}

api = described()
valid_api = described(generation={"mode": "positive"}, checks={"negative_data_rejection": {"enabled": False}})
"""Like `api`, but all that it generates is valid: the tests put in ids and a token later."""


@pytest.fixture(scope="module")
def running() -> Iterator[LiveService]:
    with live(Service()) as running:
        httpx.post(f"{running.url}{API}/users", data={**LOGIN, **FORM}).raise_for_status()
        yield running


@pytest.fixture(scope="module")
def client(running: LiveService) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.url + API) as client:
        yield client


@pytest.fixture
def token(running: LiveService, client: httpx.Client) -> str:
    """A token of a day later than the test before, so that no quota of that one counts."""
    running.service.clock.advance(hours=25)
    answer: str = client.post("/auth", data=LOGIN).raise_for_status().json()["token"]
    return answer


@api.parametrize()
@SETTINGS
def test_without_a_token_every_answer_is_as_described(case: Case[Any], running: LiveService) -> None:
    send_one_token(case)
    case.call_and_validate(base_url=running.url)


@api.parametrize()
@SETTINGS
def test_with_a_token_every_answer_is_as_described(case: Case[Any], running: LiveService, token: str) -> None:
    send_one_token(case, token)
    case.call_and_validate(base_url=running.url, headers={"Token": token})


@pytest.fixture
def guest_token(running: LiveService, client: httpx.Client) -> str:
    """A token of a new guest; a day later, so that no guest of the test before counts."""
    running.service.clock.advance(hours=25)
    answer: str = client.post("/guests").raise_for_status().json()["token"]
    return answer


@api.parametrize()
@SETTINGS
def test_with_the_token_of_a_guest_every_answer_is_as_described(
    case: Case[Any], running: LiveService, guest_token: str
) -> None:
    send_one_token(case, guest_token)
    case.call_and_validate(base_url=running.url, headers={"Token": guest_token})


@valid_api.include(path_regex=r"\{").parametrize()
@SETTINGS
def test_every_answer_about_an_existing_request_is_as_described(
    case: Case[Any], client: httpx.Client, token: str
) -> None:
    client.headers["Token"] = token
    case.path_parameters = {**case.path_parameters, **existing(client)}
    if "session_id" in case.operation.path:
        case.path_parameters["session_id"] = another_session(client)
    send_one_token(case, token)
    case.call_and_validate(base_url=str(client.base_url).removesuffix(f"{API}/"), headers={"Token": token})


def send_one_token(case: Case[Any], token: str | None = None) -> None:
    """Keep one of the two headers for a token that were generated, and let each call have a key of its own.

    Two tokens that differ are refused, and so is a key that another call has.
    """
    send_own_key(case)
    if token is not None or "Token" in case.headers:
        case.headers.pop("Authorization", None)


def another_session(client: httpx.Client) -> str:
    """Return the id of a session of the client's user that may be ended: calls go on with the client's own."""
    client.post("/auth", data=LOGIN).raise_for_status()
    listed = client.get("/auth/sessions").raise_for_status().json()["sessions"]
    return next(str(session["id"]) for session in listed if not session["current"])


def existing(client: httpx.Client) -> dict[str, Any]:
    """Return the ids and the media token of a request of the client; submit a request if there is none."""
    listed = client.get("/mz-request").json()["mz_request_list"]
    if not listed:
        client.post("/mz-request", data=FORM, files={"file": ("voice.wav", VOICE)}).raise_for_status()
        return existing(client)
    request = listed[0]
    return {
        "request_id": request["id"],
        "result_id": request["latest_mz_result_id"],
        "job_id": request["latest_mz_result_id"],
        "token": urlsplit(request["voice_url"]).path.rpartition("/")[2],
    }
