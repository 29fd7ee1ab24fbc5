"""The service in a page of another origin: called, and its files shown, played, fetched and saved."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from playwright.async_api import Error, Page

from e2e.cluster import SECRET
from e2e.service import Service, running, sign_up, submit, wait_for
from e2e.voices import short_voice
from real_servers import S3Server
from real_servers.plugin import count

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHOW = """async link => {
    const image = document.body.appendChild(new Image())
    image.src = link
    await image.decode()
    return image.naturalWidth
}"""
SAVE = """async link => {
    const answer = await fetch(link)
    const blob = await answer.blob()
    const anchor = document.createElement("a")
    anchor.href = URL.createObjectURL(blob)
    anchor.download = "face.png"
    anchor.click()
    return [answer.status, blob.type]
}"""
PLAY = """async ([kind, link]) => {
    const player = document.body.appendChild(document.createElement(kind))
    const event = name => new Promise((resolve, reject) => {
        player.addEventListener(name, resolve, {once: true})
        player.addEventListener("error", () => reject(player.error.message), {once: true})
    })
    const loaded = event("loadedmetadata"), ended = event("ended")
    player.defaultPlaybackRate = 4
    player.src = link
    await loaded
    await player.play()
    await ended
    return player.duration
}"""


CALL = """async ([address, token]) => {
    const answers = [
        await fetch(address, {headers: {Token: token}}),
        await fetch(address, {headers: {Authorization: `Bearer ${token}`}}),
        await fetch(address, {method: "PATCH", headers: {Token: token}}),
    ]
    return answers.map(answer => answer.status)
}"""


@dataclass(frozen=True, kw_only=True)
class Served:
    """A running service, and the media links of one result."""

    api: str
    token: str
    portrait: str
    video: str
    recording: str


@pytest.fixture(
    scope="module",
    params=[("folder", "any"), ("folder", "one"), ("minio", "any"), ("minio", "one")],
    ids=lambda param: f"{param[0]}, origins: {param[1]}",
)
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, front_end: str
) -> Iterator[Served]:
    """A running service with one result; its files are in a folder or in a bucket."""
    storage, origins = request.param
    environment = {
        "FAST_FACE_SECONDS": "0",
        "V2F_SECRET": SECRET,
        "V2F_CORS_ORIGINS": "*" if origins == "any" else front_end,
    }
    if storage == "minio":
        s3: S3Server = request.getfixturevalue("s3_server")
        environment |= s3.create_bucket().settings
    data = tmp_path_factory.mktemp("browser") / "data"
    marked = {"V2F_VISIBLE_MARK": "both"}
    with running(Service(data=data, environment=environment | marked)) as service, sign_up(service) as user:
        ids = submit(user, short_voice()).raise_for_status().json()
        recording = wait_for(user, ids["mz_request_id"])["voice_url"]
        path = f"/mz-request/{ids['mz_request_id']}/mz-result/{ids['mz_result_id']}"
        result = user.get(path).raise_for_status().json()["mz_result"]
        yield Served(
            api=service.url,
            token=user.headers["Token"],
            portrait=result["voice_image_url"],
            video=result["voice_gif_url"],
            recording=recording,
        )


@pytest.fixture(autouse=True)
def counted(request: pytest.FixtureRequest) -> None:
    """Count the tests on MinIO in the line at the end."""
    if "minio" in request.node.name:
        count(request.node, S3Server)


def content(link: str) -> bytes:
    return httpx.get(link, follow_redirects=True).raise_for_status().content


async def test_a_picture_that_a_page_shows_can_be_fetched_and_saved(page: Page, served: Served) -> None:
    for _ in range(3):  # also within the second in which two redirects are equal
        assert await page.evaluate(SHOW, served.portrait) == 64
        async with page.expect_download() as saving:
            assert await page.evaluate(SAVE, served.portrait) == [200, "image/png"]
        saved = await (await saving.value).path()
        assert saved.read_bytes() == content(served.portrait)


async def test_a_picture_that_a_page_fetched_can_be_shown(page: Page, served: Served) -> None:
    assert await page.evaluate(SAVE, served.portrait) == [200, "image/png"]
    assert await page.evaluate(SHOW, served.portrait) == 64


async def test_a_link_that_is_opened_to_be_saved_is_downloaded_under_its_name(
    page: Page, served: Served
) -> None:
    async with page.expect_download() as saving:
        await page.evaluate("link => { location.href = link }", f"{served.video}?download")
    download = await saving.value
    assert download.suggested_filename == "voice2face-voice-face.mp4"
    saved = (await download.path()).read_bytes()
    assert saved == content(f"{served.video}?download")
    assert saved != content(served.video)  # which has no visible mark


async def test_a_browser_shows_a_link_that_is_opened_by_itself(page: Page, served: Served) -> None:
    await page.goto(served.portrait)
    await page.wait_for_function("() => document.images[0]?.naturalWidth === 64")
    await page.goto(served.recording)
    await page.wait_for_function("() => document.querySelector('video, audio')?.readyState >= 1")


async def test_players_play_the_recording_and_the_video(page: Page, served: Served) -> None:
    await page.mouse.click(9, 9)  # a browser plays sound only for a visitor who has done something
    assert await page.evaluate(PLAY, ["audio", served.recording]) > 1
    assert await page.evaluate(PLAY, ["video", served.video]) > 0.3
    assert await page.evaluate(SAVE, served.recording) == [200, "audio/flac"]
    assert await page.evaluate(SAVE, served.video) == [200, "video/mp4"]


async def test_only_pages_of_the_origins_in_the_settings_may_call_the_service(
    page: Page, served: Served, front_end: str, request: pytest.FixtureRequest
) -> None:
    call = [f"{served.api}/users", served.token]
    assert await page.evaluate(CALL, call) == [200, 200, 405]
    await page.goto(front_end.replace("localhost", "127.0.0.1"))
    if "any" in request.node.name:
        assert await page.evaluate(CALL, call) == [200, 200, 405]
    else:
        with pytest.raises(Error, match="Failed to fetch"):
            await page.evaluate(CALL, call)
    assert await page.evaluate(SAVE, served.portrait) == [200, "image/png"]
