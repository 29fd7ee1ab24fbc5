"""Requests that two servers may read in two ways are refused."""

import pytest

from integration.http.live import live
from integration.http.raw import RawClient
from integration.http.service import API, LoggedInUser, Service, assert_problem


async def test_two_tokens_that_differ_are_refused(anna: LoggedInUser, ben: LoggedInUser) -> None:
    for headers in (
        [("Token", anna.token), ("Authorization", f"Bearer {ben.token}")],
        [("Token", anna.token), ("Token", ben.token)],
        [("Authorization", f"Bearer {ben.token}"), ("Authorization", f"bearer {anna.token}")],
        [("Token", anna.token), ("Authorization", "Bearer nonsense")],
    ):
        problem = assert_problem(await anna.client.get(f"{API}/users", headers=headers), 400, "bad_request")
        assert problem["error"] == "The request has two different tokens: send one."


async def test_the_same_token_twice_and_another_kind_of_authorization_are_fine(anna: LoggedInUser) -> None:
    for headers in (
        [("Token", anna.token), ("Authorization", f"Bearer {anna.token}")],
        [("Token", anna.token), ("Token", anna.token)],
        [("Token", anna.token), ("Authorization", "Basic YTpi")],
        [("Token", ""), ("Authorization", f"Bearer {anna.token}")],
    ):
        assert (await anna.client.get(f"{API}/users", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        '{"email": "a@example.org", "email": "b@example.org", "password": "correct horse"}',
        '{"email": "a@example.org", "\\u0065mail": "a@example.org", "password": "correct horse"}',
        '{"email": "a@example.org", "password": "correct horse", "other": [{"a": {"b": 1, "b": 1}}]}',
        '{"email": "a@example.org", "password": "correct horse", "other": NaN}',
        '{"email": "a@example.org", "password": "correct horse", "other": -Infinity}',
    ],
)
async def test_json_with_a_name_twice_or_no_json_number_is_refused(anna: LoggedInUser, body: str) -> None:
    answer = await anna.client.post(f"{API}/auth", content=body, headers={"Content-Type": "application/json"})
    assert_problem(answer, 400, "malformed_body")


async def test_a_long_number_in_json_is_no_fault_of_ours(anna: LoggedInUser) -> None:
    body = '{"email": "a@example.org", "password": "correct horse", "other": ' + "9" * 5000 + "}"
    answer = await anna.client.post(f"{API}/auth", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 401)


async def test_an_id_ends_where_it_ends(anna: LoggedInUser) -> None:
    ids = await anna.submitted()
    request_id = ids["mz_request_id"]
    assert (await anna.call("GET", f"/mz-request?cursor={request_id}")).status_code == 200
    assert_problem(await anna.call("GET", f"/mz-request?cursor={request_id}%0a"), 422, "invalid_value")
    assert_problem(await anna.call("GET", f"/mz-request/{request_id}%0a"), 404, "not_found")
    path = f"/mz-request/{request_id}/status/{ids['job_id']}"
    assert_problem(await anna.call("GET", f"{path}%0a"), 404, "not_found")


@pytest.mark.parametrize("length", ["0" * 5000 + "2", "9" * 19])
async def test_a_long_content_length_is_no_fault_of_ours(service: Service, length: str) -> None:
    with live(service) as running:
        client = RawClient(running.port)
        client.send(f"POST {API}/auth HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{{}}".encode())
        assert client.answer().status in (400, 413)
        client.close()


PROXY = {"V2F_TRUSTED_PROXIES": "127.0.0.0/8", "V2F_KNOWN_HOSTS": "faces.example.org"}


@pytest.mark.parametrize(
    ("environment", "scheme"), [({"V2F_KNOWN_HOSTS": "faces.example.org"}, "http"), (PROXY, "https")]
)
def test_forwarded_fields_count_only_from_a_trusted_proxy(environment: dict[str, str], scheme: str) -> None:
    with live(Service(environment=environment)) as running, running.client() as client:
        headers = {
            "Host": "faces.example.org",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "evil.example",
        }
        client.post("/mz-request", data={"age": "34", "gender": "woman"}, files={"file": b"RIFF"})
        (listed,) = client.get("/mz-request", headers=headers).json()["mz_request_list"]
        assert listed["voice_url"].startswith(f"{scheme}://faces.example.org/api/v1/media/")
