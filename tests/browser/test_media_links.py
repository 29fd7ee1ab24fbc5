"""Media links in a page of another origin: shown, played, fetched and saved, from the folder and from MinIO."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from playwright.async_api import Page

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


@dataclass(frozen=True, kw_only=True)
class Links:
    """The media links of one result."""

    portrait: str
    video: str
    recording: str


@pytest.fixture(
    scope="module",
    params=[("folder", "any"), ("folder", "one"), ("minio", "any"), ("minio", "one")],
    ids=lambda param: f"{param[0]}, origins: {param[1]}",
)
def links(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, front_end: str
) -> Iterator[Links]:
    """The links of a running service."""
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
    with running(Service(data=data, environment=environment)) as service, sign_up(service) as user:
        ids = submit(user, short_voice()).raise_for_status().json()
        recording = wait_for(user, ids["mz_request_id"])["voice_url"]
        path = f"/mz-request/{ids['mz_request_id']}/mz-result/{ids['mz_result_id']}"
        result = user.get(path).raise_for_status().json()["mz_result"]
        yield Links(portrait=result["voice_image_url"], video=result["voice_gif_url"], recording=recording)


@pytest.fixture(autouse=True)
def counted(request: pytest.FixtureRequest) -> None:
    """Count the tests on MinIO in the line at the end."""
    if "minio" in request.node.name:
        count(request.node, S3Server)


def content(link: str) -> bytes:
    return httpx.get(link, follow_redirects=True).raise_for_status().content


async def test_a_picture_that_a_page_shows_can_be_fetched_and_saved(page: Page, links: Links) -> None:
    for _ in range(3):  # also within the second in which two redirects are equal
        assert await page.evaluate(SHOW, links.portrait) == 64
        async with page.expect_download() as saving:
            assert await page.evaluate(SAVE, links.portrait) == [200, "image/png"]
        saved = await (await saving.value).path()
        assert saved.read_bytes() == content(links.portrait)


async def test_a_picture_that_a_page_fetched_can_be_shown(page: Page, links: Links) -> None:
    assert await page.evaluate(SAVE, links.portrait) == [200, "image/png"]
    assert await page.evaluate(SHOW, links.portrait) == 64


async def test_a_link_that_is_opened_to_be_saved_is_downloaded_under_its_name(
    page: Page, links: Links
) -> None:
    async with page.expect_download() as saving:
        await page.evaluate("link => { location.href = link }", f"{links.video}?download")
    download = await saving.value
    assert download.suggested_filename == "voice2face-voice-face.mp4"
    assert (await download.path()).read_bytes() == content(links.video)


async def test_a_browser_shows_a_link_that_is_opened_by_itself(page: Page, links: Links) -> None:
    await page.goto(links.portrait)
    await page.wait_for_function("document.images[0]?.naturalWidth === 64")
    await page.goto(links.recording)
    await page.wait_for_function("document.querySelector('video, audio')?.readyState >= 1")


async def test_players_play_the_recording_and_the_video(page: Page, links: Links) -> None:
    assert await page.evaluate(PLAY, ["audio", links.recording]) > 1
    assert await page.evaluate(PLAY, ["video", links.video]) > 0.3
