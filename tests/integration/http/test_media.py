"""Media: files that players and pages load by their links."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from application.ports.blobs import BlobNotFound
from integration.http.service import VOICE, LoggedInUser, Service, assert_problem

SIZE = len(VOICE)


@pytest.fixture
async def link(anna: LoggedInUser) -> str:
    await anna.submitted()
    voice_url: str = (await anna.call("GET", "/mz-request")).json()["mz_request_list"][0]["voice_url"]
    return voice_url


async def test_a_media_link_needs_no_token_and_its_headers_describe_the_file(
    client: httpx.AsyncClient, link: str
) -> None:
    answer = await client.get(link)
    assert (answer.status_code, answer.content) == (200, VOICE)
    assert answer.headers["content-type"] == "audio/flac"
    assert answer.headers["content-length"] == str(SIZE)
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-disposition"] == "inline"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["content-security-policy"] == "sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-", 0, SIZE),
        ("bytes=0-0", 0, 1),
        ("bytes=5-9", 5, 10),
        (f"bytes=5-{10**17}", 5, SIZE),
        ("bytes=-4", SIZE - 4, SIZE),
        (f"bytes=-{SIZE * 2}", 0, SIZE),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
        ("Bytes=2-3", 2, 4),
    ],
)
async def test_a_range_is_answered_with_those_bytes_only(
    client: httpx.AsyncClient, link: str, wanted: str, start: int, end: int
) -> None:
    answer = await client.get(link, headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (206, VOICE[start:end])
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert answer.headers["content-length"] == str(end - start)


@pytest.mark.parametrize("wanted", [f"bytes={SIZE}-", f"bytes={10**17}-{10**17 + 1}", "bytes=-0"])
async def test_a_range_beyond_the_end_is_refused(client: httpx.AsyncClient, link: str, wanted: str) -> None:
    answer = await client.get(link, headers={"Range": wanted})
    assert_problem(answer, 416, "range_not_satisfiable")
    assert answer.headers["content-range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize(
    "wanted",
    [
        "bytes=0-1,4-5",
        "bytes=5-2",
        "bytes=-",
        "bytes=a-b",
        "lines=0-1",
        "0-1",
        "bytes=٣-",
        "",
        "bytes=" + "9" * 30,
    ],
)
async def test_several_ranges_and_malformed_ones_get_the_whole_file(
    client: httpx.AsyncClient, link: str, wanted: str
) -> None:
    answer = await client.get(link, headers={b"Range": wanted.encode()})
    assert (answer.status_code, answer.content) == (200, VOICE)


async def test_head_gives_the_size_of_a_file_without_its_content(
    client: httpx.AsyncClient, link: str
) -> None:
    answer = await client.head(link)
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", str(SIZE))
    part = await client.head(link, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content, part.headers["content-length"]) == (206, b"", "4")


async def test_a_file_is_not_sent_again_while_the_copy_of_the_client_is_current(
    client: httpx.AsyncClient, link: str
) -> None:
    first = (await client.get(link)).headers
    for headers in (
        {"If-None-Match": first["etag"]},
        {"If-None-Match": f'"other", W/{first["etag"]}'},
        {"If-None-Match": "*"},
        {"If-Modified-Since": first["last-modified"]},
    ):
        answer = await client.get(link, headers=headers)
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", first["etag"])
    for headers in (
        {"If-None-Match": '"other"', "If-Modified-Since": first["last-modified"]},
        {"If-Modified-Since": "x"},
    ):
        assert (await client.get(link, headers=headers)).status_code == 200


async def test_a_range_of_an_outdated_copy_gets_the_whole_file(client: httpx.AsyncClient, link: str) -> None:
    first = (await client.get(link)).headers
    for condition, status in (
        (first["etag"], 206),
        (first["last-modified"], 206),
        ('"other"', 200),
        ("x", 200),
    ):
        answer = await client.get(link, headers={"Range": "bytes=0-1", "If-Range": condition})
        assert answer.status_code == status


async def test_a_media_link_works_for_at_least_half_an_hour_and_then_expires(
    service: Service, client: httpx.AsyncClient, link: str
) -> None:
    service.clock.advance(minutes=30)
    assert (await client.get(link)).status_code == 200
    service.clock.advance(minutes=30)
    assert_problem(await client.get(link), 404, "invalid_link")


async def test_a_copy_in_a_cache_is_fresh_until_the_link_expires_and_no_longer(
    service: Service, client: httpx.AsyncClient, link: str
) -> None:
    service.clock.advance(minutes=20, seconds=0.5)
    first = await client.get(link)
    unchanged = await client.get(link, headers={"If-None-Match": first.headers["etag"]})
    assert first.headers["cache-control"] == unchanged.headers["cache-control"]
    seconds = int(first.headers["cache-control"].removeprefix("private, max-age="))
    service.clock.advance(seconds=seconds)
    assert (await client.get(link)).headers["cache-control"] == "private, max-age=0"
    service.clock.advance(seconds=0.5)
    assert_problem(await client.get(link), 404, "invalid_link")


@pytest.mark.parametrize("query", ["download", "download=", "download=1", "download&download=x"])
async def test_a_file_that_is_to_be_saved_is_an_attachment_with_a_name(
    client: httpx.AsyncClient, link: str, query: str
) -> None:
    answer = await client.get(f"{link}?{query}")
    assert answer.headers["content-disposition"] == 'attachment; filename="voice2face-recording.flac"'
    assert (answer.status_code, answer.content) == (200, VOICE)
    part = await client.get(f"{link}?{query}", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.headers["content-disposition"]) == (
        206,
        answer.headers["content-disposition"],
    )


async def test_the_names_of_saved_faces_say_which_face_it_is(service: Service, anna: LoggedInUser) -> None:
    ids = await anna.submitted()
    await service.run_jobs()
    path = f"/mz-request/{ids['mz_request_id']}/mz-result/{ids['mz_result_id']}"
    result = (await anna.call("GET", path)).json()["mz_result"]
    for field, name in (
        ("voice_image_url", "voice2face-voice-face.png"),
        ("condition_gif_url", "voice2face-condition-face.mp4"),
    ):
        answer = await anna.client.get(f"{result[field]}?download")
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'


async def test_forged_and_damaged_media_links_are_refused(client: httpx.AsyncClient, link: str) -> None:
    for forged in (
        link[:-1],
        link[:-9],
        link + "A",
        link.replace(link[-20:-10], "AAAAAAAAAA"),
        link[: link.rindex("/")] + "/x",
    ):
        assert_problem(await client.get(forged), 404, "invalid_link")


async def test_a_media_link_redirects_where_the_storage_has_links_of_its_own(
    service: Service, client: httpx.AsyncClient, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lifetimes, names = [], []

    async def direct_link(key: str, media_type: str, lifetime: timedelta, file_name: str | None) -> str:
        lifetimes.append(lifetime)
        names.append(file_name)
        return f"https://bucket.example.org/{key}?X-Amz-Credential=a%2Fb%2Bc&X-Amz-Signature=0a"

    monkeypatch.setattr(service.blobs, "direct_link", direct_link)
    for method, query in (("GET", ""), ("HEAD", ""), ("GET", "?download")):
        answer = await client.request(method, link + query)
        assert (answer.status_code, answer.content) == (307, b"")
        assert answer.headers["location"].startswith("https://bucket.example.org/voices/")
        assert answer.headers["location"].endswith(".flac?X-Amz-Credential=a%2Fb%2Bc&X-Amz-Signature=0a")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert names == [None, None, "voice2face-recording.flac"]
    assert all(timedelta(minutes=30) < lifetime <= timedelta(hours=1) for lifetime in lifetimes)


async def test_a_media_link_to_a_blob_that_disappears_before_its_first_byte_is_invalid(
    service: Service, client: httpx.AsyncClient, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def vanished(*asked: object) -> AsyncIterator[bytes]:
        if asked:
            raise BlobNotFound
        yield b""

    monkeypatch.setattr(service.blobs, "read", vanished)
    assert_problem(await client.get(link), 404, "invalid_link")
