"""Request bodies: what is accepted, and what a refusal says."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from dependency_injector import providers

from domain.ids import UserId
from domain.voice import Recording
from doubles.voices import TrustingChecker
from integration.http.service import API, VOICE, LoggedInUser, Service, assert_problem

NEW_USER = {"email": "carl@example.org", "password": "correct horse", "age": "34", "gender": "woman"}
FORM = "application/x-www-form-urlencoded"
BOUNDARY = "a-boundary"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
EMPTY_TYPES = [None, FORM, "application/json", "multipart/form-data", MULTIPART, "text/plain"]
"""What an empty body may be said to be."""


def part(name: str, content: bytes, filename: str | None = None, content_type: str | None = None) -> bytes:
    """Return one part of a multipart body."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
    head += f'; filename="{filename}"' if filename is not None else ""
    head += f"\r\nContent-Type: {content_type}" if content_type else ""
    return head.encode() + b"\r\n\r\n" + content + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()
AGE, GENDER = part("age", b"34"), part("gender", b"woman")
FILE = part("file", VOICE, "svelte_audio.wav", "audio/wav")


async def post(
    client: httpx.AsyncClient, path: str, content: bytes, content_type: str | None
) -> httpx.Response:
    headers = {"Content-Type": content_type} if content_type is not None else {}
    return await client.post(API + path, content=content, headers=headers)


@pytest.mark.parametrize(
    "options",
    [
        {"data": NEW_USER},
        {"files": {name: (None, value) for name, value in NEW_USER.items()}},
        {"json": {**NEW_USER, "age": 34}},
    ],
    ids=["urlencoded", "multipart", "json"],
)
async def test_forms_and_json_with_the_same_fields_have_the_same_effect(
    client: httpx.AsyncClient, options: dict[str, Any]
) -> None:
    answer = await client.post(f"{API}/users", **options)
    assert (answer.status_code, answer.json()) == (201, {"id": "carl@example.org"})


async def test_unknown_fields_are_ignored_in_every_content_type(client: httpx.AsyncClient) -> None:
    more = {**NEW_USER, "video": "3"}
    parts = {name: (None, value) for name, value in {**more, "email": "b@example.org"}.items()}
    for answer in (
        await client.post(f"{API}/users", data={**more, "email": "a@example.org", "video": ["3", "4"]}),
        await client.post(f"{API}/users", files={**parts, "x": ("x.bin", b"\xff" * 9)}),
        await client.post(f"{API}/users", json={**more, "age": 20, "nested": {"deep": [1]}}),
    ):
        assert answer.status_code == 201


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": None}, "email"),
        ({"email": "no address"}, "email"),
        ({"email": "a@b"}, "email"),
        ({"email": "a@example.org\x00"}, "email"),
        ({"email": "a" * 250 + "@example.org"}, "email"),
        ({"password": None}, "password"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 257}, "password"),
        ({"password": "nul \x00 in it"}, "password"),
        ({"age": "0"}, "age"),
        ({"age": "121"}, "age"),
        ({"age": "9" * 5000}, "age"),
        ({"age": "thirty"}, "age"),
        ({"age": ""}, "age"),
        ({"age": "NaN"}, "age"),
        ({"age": "1e400"}, "age"),
        ({"gender": "cat"}, "gender"),
        ({"gender": ""}, "gender"),
    ],
    ids=str,
)
async def test_a_refusal_of_an_invalid_value_names_its_field(
    client: httpx.AsyncClient, changes: dict[str, str | None], field: str
) -> None:
    fields = {name: value for name, value in {**NEW_USER, **changes}.items() if value is not None}
    as_json = {
        name: int(value) if name == "age" and value in ("34", "0", "121") else value
        for name, value in fields.items()
    }
    for answer in (
        await client.post(f"{API}/users", data=fields),
        await client.post(f"{API}/users", files={name: (None, value) for name, value in fields.items()}),
        await client.post(f"{API}/users", json=as_json),
    ):
        problem = assert_problem(answer, 422, "invalid_value")
        assert problem["field"] == field
        assert field in problem["error"] or field == "email"


@pytest.mark.parametrize(
    "value",
    [None, True, 34.5, [34], {"age": 34}, 10**40, "34"],
    ids=["null", "true", "34.5", "list", "object", "1e40", "text"],
)
async def test_json_numbers_must_be_numbers(client: httpx.AsyncClient, value: object) -> None:
    problem = assert_problem(
        await client.post(f"{API}/users", json={**NEW_USER, "age": value}), 422, "invalid_value"
    )
    assert problem["field"] == "age"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"gender": "cat"}, "«gender» must be one of man, woman."),
        ({"age": "old"}, "«age» must be a whole number."),
        ({"age": "200"}, "Give an age from 1 to 120 years."),
        ({"email": "here"}, "Give an e-mail address such as name@example.org."),
    ],
    ids=str,
)
async def test_a_refusal_tells_the_user_what_the_field_must_be(
    client: httpx.AsyncClient, changes: dict[str, str], sentence: str
) -> None:
    problem = assert_problem(
        await client.post(f"{API}/users", data={**NEW_USER, **changes}), 422, "invalid_value"
    )
    assert problem["error"] == sentence


async def test_whole_numbers_may_have_a_decimal_point_in_json(client: httpx.AsyncClient) -> None:
    answer = await post(client, "/users", json.dumps({**NEW_USER, "age": 34.0}).encode(), "application/json")
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"age": NaN}',
        b'{"age": 1e999}',
        b'{"email": "\\ud800"}',
        b'{"email": "a@example.org"} {}',
        '{"email": "ä"}'.encode("latin-1"),
        '{"email": "ä"}'.encode("utf-16"),
        b'{"age": ' + b"9" * 10_000 + b"}",
    ],
    ids=lambda body: repr(body[:20]),
)
async def test_broken_json_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    assert_problem(await post(client, "/users", body, "application/json"), 400, "malformed_body")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"email=%ff&password=correct+horse", 400, "malformed_body"),
        (b"email=\xff&password=correct+horse", 400, "malformed_body"),
        (b"&".join(b"x=1" for _ in range(200)), 400, "malformed_body"),
        (b"email=a%40example.org&email=b%40example.org", 422, "invalid_value"),
        (b"email=a%40example.org&password=%00%00%00%00%00%00%00%00", 422, "invalid_value"),
        (b"", 422, "invalid_value"),
        (b"&&==;;%%%", 422, "invalid_value"),
        (b"password=" + b"x" * 1_100_000, 413, "too_large"),
    ],
    ids=lambda value: repr(value)[:30],
)
async def test_broken_forms_are_refused(
    client: httpx.AsyncClient, body: bytes, status: int, code: str
) -> None:
    assert_problem(await post(client, "/users", body, FORM), status, code)


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "audio/wav", "", "nonsense", "application/x-msgpack"]
)
async def test_other_content_types_are_refused(client: httpx.AsyncClient, content_type: str) -> None:
    assert_problem(await post(client, "/users", b"email=a", content_type), 415, "unsupported_media_type")


@pytest.mark.parametrize("content_type", EMPTY_TYPES)
async def test_a_call_without_a_body_is_told_which_field_is_missing(
    client: httpx.AsyncClient, content_type: str | None
) -> None:
    problem = assert_problem(await post(client, "/users", b"", content_type), 422, "invalid_value")
    assert problem["error"] == "«email» is missing."


@pytest.mark.parametrize("content_type", EMPTY_TYPES)
async def test_where_no_field_is_needed_an_empty_body_may_be_said_to_have_any_type(
    service: Service, anna: LoggedInUser, content_type: str | None
) -> None:
    ids = await anna.submitted()
    await service.run_jobs()
    path = f"/mz-request/{ids['mz_request_id']}/mz-result"
    headers = {"Content-Type": content_type} if content_type else {}
    not_empty = {"Content-Type": "text/plain"}
    refused = await anna.call("POST", path, content=b"glasses=none", headers=not_empty)
    assert_problem(refused, 415, "unsupported_media_type")
    assert (await anna.call("POST", path, content=b"", headers=headers)).status_code == 201


async def test_a_body_that_comes_in_no_chunks_is_empty(service: Service, anna: LoggedInUser) -> None:
    async def nothing() -> Any:
        for chunk in list[bytes]():
            yield chunk

    ids = await anna.submitted()
    await service.run_jobs()
    path = f"/mz-request/{ids['mz_request_id']}/mz-result"
    answer = await anna.call("POST", path, content=nothing(), headers={"Content-Type": MULTIPART})
    assert answer.status_code == 201


async def test_content_types_may_have_parameters_and_capital_letters(client: httpx.AsyncClient) -> None:
    answer = await post(
        client, "/users", json.dumps({**NEW_USER, "age": 34}).encode(), "Application/JSON; charset=UTF-8"
    )
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (AGE + GENDER + END, 422, "file"),
        (AGE + FILE + END, 422, "gender"),
        (GENDER + FILE + END, 422, "age"),
        (AGE + GENDER + part("file", b"", "empty.wav") + END, 422, "file"),
        (AGE + GENDER + part("file", VOICE) + END, 422, "file"),
        (AGE + GENDER + FILE + FILE + END, 422, "file"),
        (AGE + AGE + GENDER + FILE + END, 422, "age"),
        (part("age", b"34", "age.txt") + GENDER + FILE + END, 422, "age"),
        (part("age", b"\xff") + GENDER + FILE + END, 422, "age"),
        (part("age", b"34\x00") + GENDER + FILE + END, 422, "age"),
        (part("age", b"34", content_type="text/plain; charset=utf-16") + GENDER + FILE + END, 422, "age"),
        (part("age", b"34", content_type="text/plain; charset=klingon") + GENDER + FILE + END, 422, "age"),
        (part("age", b"9" * 100_000) + GENDER + FILE + END, 422, "age"),
        (part("age", b"0") + GENDER + FILE + END, 422, "age"),
        (part("age", b"34") + part("gender", b"cat") + FILE + END, 422, "gender"),
        (b"", 400, None),
        (AGE + GENDER + FILE, 400, None),
        (AGE + GENDER + FILE[:-20], 400, None),
        (b"no boundary at all" * 50, 400, None),
        (f"--{BOUNDARY}\r\n\r\nno headers\r\n".encode() + END, 400, None),
        (f"--{BOUNDARY}\r\nContent-Disposition: attachment\r\n\r\nx\r\n".encode() + END, 400, None),
        (f"--{BOUNDARY}\r\nX: {'x' * 9000}\r\n\r\nx\r\n".encode() + END, 400, None),
        (
            f"--{BOUNDARY}\r\nContent-Disposition: form-data; name=\xff\r\n\r\nx\r\n".encode("latin-1") + END,
            400,
            None,
        ),
        (part("x", b"1") * 150 + END, 400, None),
    ],
    ids=range(24),
)
async def test_a_refusal_of_a_submission_says_what_is_wrong(
    service: Service, anna: LoggedInUser, body: bytes, status: int, field: str | None
) -> None:
    answer = await anna.call("POST", "/mz-request", content=body, headers={"Content-Type": MULTIPART})
    problem = assert_problem(answer, status, "invalid_value" if field else "malformed_body")
    assert problem.get("field") == field
    assert await service.blob_keys() == set()


@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=other"],
)
async def test_a_multipart_form_without_its_boundary_is_malformed(
    anna: LoggedInUser, content_type: str
) -> None:
    answer = await anna.call(
        "POST", "/mz-request", content=AGE + GENDER + FILE + END, headers={"Content-Type": content_type}
    )
    assert_problem(answer, 400, "malformed_body")


async def test_a_submission_that_is_not_a_multipart_form_is_refused(anna: LoggedInUser) -> None:
    for options in (
        {"data": {"age": "34", "gender": "man", "file": "x"}},
        {"json": {"age": 34}},
        {"content": VOICE},
    ):
        assert_problem(await anna.call("POST", "/mz-request", **options), 415, "unsupported_media_type")


async def test_the_file_may_come_before_the_other_fields(anna: LoggedInUser) -> None:
    answer = await anna.call(
        "POST", "/mz-request", content=FILE + GENDER + AGE + END, headers={"Content-Type": MULTIPART}
    )
    assert answer.status_code == 201


async def test_a_file_may_have_25_megabytes_and_not_one_byte_more(
    service: Service, anna: LoggedInUser
) -> None:
    largest = 25 * 1024 * 1024
    assert (await anna.submit(voice=b"R" * largest)).status_code == 201
    problem = assert_problem(await anna.submit(voice=b"R" * (largest + 1)), 413, "too_large")
    assert "25 MB" in problem["error"]
    assert len(await service.blob_keys()) == 1


async def test_a_body_whose_content_length_is_too_large_is_not_read(anna: LoggedInUser) -> None:
    async def nothing() -> Any:
        yield b"never enough"

    answer = await anna.call(
        "POST",
        "/mz-request",
        content=nothing(),
        headers={"Content-Type": MULTIPART, "Content-Length": str(10**9)},
    )
    assert_problem(answer, 413, "too_large")


async def test_a_body_without_an_end_is_refused_at_the_limit(anna: LoggedInUser) -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        yield FILE[:-2]
        while sent < 100 * 1024 * 1024:
            sent += 65536
            yield b"x" * 65536

    answer = await anna.call("POST", "/mz-request", content=endless(), headers={"Content-Type": MULTIPART})
    assert_problem(answer, 413, "too_large")
    assert sent < 27 * 1024 * 1024


async def test_no_file_of_an_upload_stays_on_disk(service: Service, anna: LoggedInUser) -> None:
    seen: list[list[Path]] = []

    class SeeingChecker(TrustingChecker):
        async def check(self, path: Path, copy: Path, user_id: UserId) -> Recording:
            seen.append(service.temporary_files())
            return await super().check(path, copy, user_id)

    service.container.checker.override(providers.Object(SeeingChecker()))
    for voice in (VOICE, b"no voice in here", b"", b"R" * (26 * 1024 * 1024)):
        await anna.submit(voice=voice)
    assert [len(files) for files in seen] == [1, 1]
    assert service.temporary_files() == []


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"rating": "4"}, "type"),
        ({"type": "voice"}, "rating"),
        ({"type": "both", "rating": "4"}, "type"),
        ({"type": "voice", "rating": "0"}, "rating"),
        ({"type": "voice", "rating": "6"}, "rating"),
        ({"type": "voice", "rating": "4.5"}, "rating"),
        ({"type": "voice", "rating": ""}, "rating"),
    ],
    ids=str,
)
async def test_a_rating_of_an_unknown_face_or_outside_the_stars_is_refused(
    service: Service, anna: LoggedInUser, form: dict[str, str], field: str
) -> None:
    ids = await anna.submitted()
    await service.run_jobs()
    path = f"/mz-request/{ids['mz_request_id']}/mz-result/{ids['mz_result_id']}"
    problem = assert_problem(await anna.call("PATCH", path, data=form), 422, "invalid_value")
    assert problem["field"] == field
    assert (await anna.call("GET", path)).json()["mz_result"]["updated_at"] is None


async def test_survey_answers_are_optional_and_may_be_numbers_in_json(
    service: Service, anna: LoggedInUser
) -> None:
    ids = await anna.submitted()
    await service.run_jobs()
    path = f"/mz-request/{ids['mz_request_id']}/mz-result/{ids['mz_result_id']}"
    bodies: list[dict[str, Any]] = [
        {"json": {"recommend": 5, "opinion": None}},
        {"json": {}},
        {"data": {"opinion": ""}},
        {},
    ]
    for options in bodies:
        assert (await anna.call("POST", path, **options)).status_code == 200
    too_long = await anna.call("POST", path, json={"opinion": "x" * 2001})
    assert assert_problem(too_long, 422, "invalid_value")["field"] == "opinion"
    for invalid in (["0", "2"], {"a": 1}, True, 1.5):
        assert_problem(await anna.call("POST", path, json={"opinion": invalid}), 422, "invalid_value")
