"""The visible mark: on what is saved, shared or exported, and not on what the service shows its user."""

import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import av
import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from domain.blob_keys import marked_key
from integration.http.service import API, LoggedInUser, Service, assert_problem, sign_up

FILES = ("voice_image_url", "voice_gif_url", "condition_image_url", "condition_gif_url")
NAMES = ("voice.png", "voice.mp4", "condition.png", "condition.mp4")


@pytest.fixture
def service() -> Service:
    return Service(environment={"V2F_VISIBLE_MARK": "both"})


class Result:
    """A result of a user."""

    def __init__(self, request: str, result: str, links: dict[str, Any]) -> None:
        self.request, self.path, self.links = request, f"{request}/mz-result/{result}", links


async def made(service: Service, user: LoggedInUser) -> Result:
    ids = await user.submitted()
    await service.run_jobs()
    request = f"/mz-request/{ids['mz_request_id']}"
    answer = await user.call("GET", f"{request}/mz-result/{ids['mz_result_id']}")
    return Result(request, ids["mz_result_id"], answer.json()["mz_result"])


async def fetched(client: httpx.AsyncClient, link: str) -> bytes:
    answer = await client.get(link)
    assert answer.status_code == 200, answer.text
    return answer.content


def first_picture(content: bytes) -> NDArray[np.uint8]:
    """Return the only picture, or the first frame."""
    if content[4:8] == b"ftyp":
        with av.open(BytesIO(content), "r") as container:
            return np.asarray(next(container.decode(video=0)).to_ndarray(format="gray"), np.uint8)
    with Image.open(BytesIO(content)) as picture:
        return np.asarray(picture.convert("L"))


def is_marked(content: bytes) -> bool:
    """Return whether the corner of a face of one colour is not of that colour."""
    picture = first_picture(content)
    rows, columns = picture.shape
    corner = picture[: rows // 2, columns // 3 :].astype(int)
    return bool(corner.max() - corner.min() > 60)


async def test_what_is_saved_has_the_mark_and_what_is_shown_has_not(
    service: Service, anna: LoggedInUser
) -> None:
    links = (await made(service, anna)).links
    for field, name in zip(FILES, NAMES, strict=True):
        assert not is_marked(await fetched(anna.client, links[field]))
        saved = await anna.client.get(f"{links[field]}?download")
        assert is_marked(saved.content)
        assert (
            saved.headers["content-disposition"]
            == f'attachment; filename="voice2face-{name.replace(".", "-face.")}"'
        )
        whole = saved.content
        part = await anna.client.get(f"{links[field]}?download", headers={"Range": "bytes=10-19"})
        assert part.content == whole[10:20]


async def test_a_shared_face_has_the_mark_also_where_it_is_shown(
    service: Service, anna: LoggedInUser
) -> None:
    result = await made(service, anna)
    url = (await anna.call("POST", f"{result.path}/shares")).json()["url"]
    seen = (await anna.client.get(f"{API}/shares/{url.partition('#')[2]}")).json()
    for field in FILES[:2]:
        shown = await fetched(anna.client, seen[field])
        assert is_marked(shown)
        assert await fetched(anna.client, f"{seen[field]}?download") == shown


async def test_a_storage_with_links_of_its_own_is_asked_for_the_marked_copy(
    service: Service, anna: LoggedInUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def direct_link(key: str, media_type: str, lifetime: timedelta, file_name: str | None) -> str:
        return f"https://bucket.example.org/{key}?name={file_name}"

    links = (await made(service, anna)).links
    monkeypatch.setattr(service.blobs, "direct_link", direct_link)
    shown = await anna.client.get(links["voice_gif_url"])
    saved = await anna.client.get(f"{links['voice_gif_url']}?download")
    assert shown.headers["location"].endswith("/voice.mp4?name=None")
    assert saved.headers["location"].endswith("/voice-marked.mp4?name=voice2face-voice-face.mp4")


async def test_an_export_has_the_marked_copies_in_place_of_the_others(
    service: Service, anna: LoggedInUser
) -> None:
    await made(service, anna)
    answer = await anna.call("GET", "/users/export")
    archive = zipfile.ZipFile(BytesIO(answer.content))
    faces = [name for name in archive.namelist() if name.startswith("faces/")]
    assert sorted(name.rpartition("/")[2] for name in faces) == sorted(NAMES)
    assert all(is_marked(archive.read(name)) for name in faces)


async def test_faces_without_marked_copies_are_given_out_as_they_are(
    service: Service, anna: LoggedInUser
) -> None:
    result = await made(service, anna)
    await service.blobs.delete([key for key in await service.blob_keys() if "-marked" in key])
    for field in FILES:
        shown = await fetched(anna.client, result.links[field])
        assert await fetched(anna.client, f"{result.links[field]}?download") == shown
    url = (await anna.call("POST", f"{result.path}/shares")).json()["url"]
    seen = (await anna.client.get(f"{API}/shares/{url.partition('#')[2]}")).json()
    assert {name: seen[name] for name in FILES[:2]} == {name: result.links[name] for name in FILES[:2]}


async def test_marked_copies_go_with_their_faces(service: Service, anna: LoggedInUser) -> None:
    result = await made(service, anna)
    marked = {key for key in await service.blob_keys() if "-marked" in key}
    assert len(marked) == 4
    service.clock.advance(hours=2)
    assert await service.container.sweep_orphans()() == 0
    assert marked <= await service.blob_keys()
    assert (await anna.call("DELETE", result.request)).status_code == 204
    await service.container.finish_erasures()()
    assert await service.blob_keys() == set()
    assert_problem(await anna.client.get(f"{result.links[FILES[0]]}?download"), 404, "invalid_link")


@pytest.fixture
async def plain() -> AsyncIterator[tuple[Service, LoggedInUser]]:
    service = Service(environment={"V2F_VISIBLE_MARK": "off"})
    async with service.client() as client:
        yield service, await sign_up(client)


async def test_a_service_without_marks_makes_none(plain: tuple[Service, LoggedInUser]) -> None:
    service, user = plain
    links = (await made(service, user)).links
    keys = await service.blob_keys()
    assert not any(marked_key(key) in keys for key in keys)
    assert not is_marked(await fetched(user.client, f"{links[FILES[0]]}?download"))
