"""No lost connection, killed service or closed tab loses a recording or its faces, or sends it twice."""

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, FilePayload, Page, expect

from browser.relay import relay
from browser.texts import Texts
from browser.visitors import visitor
from browser.way import Way, address_of
from domain.user import Language
from e2e.service import Service, running
from e2e.voices import short_voice

pytestmark = pytest.mark.asyncio(loop_scope="session")

SAY = Texts(Language.ENGLISH)
LOST = r"net::ERR_|status of 50[234]"
"""What the console says while the service is away."""
HALF = re.compile(r"0\.[1-6]")
SLOWLY = 60_000
"""Bytes a second; the recording takes eight seconds."""
NOTE_TEXT = """text => {
    const look = () => (window.hasShown ||= document.body.innerText.includes(text))
    new MutationObserver(look).observe(document.body, {subtree: true, childList: true, characterData: true})
}"""
"""Notes in `hasShown` whether a text is shown from now on."""
WAITED = """() => {
    const calls = performance.getEntriesByType("resource")
    const stream = calls.find(call => call.name.endsWith("/events"))
    const next = stream && calls.find(call => call.name.includes("/status/") && call.startTime > stream.responseEnd)
    return next && next.startTime - stream.responseEnd
}"""
"""Milliseconds between the end of the first event stream and the next question; nothing before that."""
SOONEST = 500


@pytest.fixture
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose faces take long enough for being watched."""
    data = tmp_path_factory.mktemp("lost") / "data"
    with running(Service(data=data, environment={"FAST_FACE_SECONDS": "5"})) as service:
        yield service


def requests_in(service: Service) -> int:
    """Return how many recordings the service has got, erased ones left out."""
    with sqlite3.connect(service.data / "voice2face.db") as database:
        number: int = database.execute("SELECT count(*) FROM face_requests").fetchone()[0]
    return number


async def send_slowly(page: Page) -> None:
    """Use a slow line from now on."""
    line = await page.context.new_cdp_session(page)
    await line.send("Network.enable")
    await line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": SLOWLY},
    )


async def agree(page: Page, address: str) -> Way:
    """Choose a recording, say whose voice it is, and agree: it is being sent."""
    way = Way(page, SAY)
    await way.choose_file(
        address, FilePayload(name="voice.wav", mimeType="audio/wav", buffer=short_voice(15))
    )
    await way.agree()
    return way


async def reopen(context: BrowserContext, service: Service, path: str = "") -> Way:
    """Open the page again in another tab."""
    page = await context.new_page()
    await page.goto(f"{address_of(service)}{path}")
    return Way(page, SAY)


async def test_a_recording_is_sent_once_though_the_service_is_killed_and_the_tab_is_closed(
    chromium: Browser, service: Service
) -> None:
    async with visitor(chromium, width=1280, expected=LOST) as page:
        await page.goto(address_of(service))
        await send_slowly(page)
        way = await agree(page, address_of(service))
        bar = page.get_by_role("main").get_by_role("progressbar")
        await expect(bar).to_have_attribute("value", HALF)
        await asyncio.to_thread(service.kill)
        await expect(way.button("sending.now")).to_be_visible()
        await page.close()
        await asyncio.to_thread(service.start)
        assert requests_in(service) == 0

        way = await reopen(page.context, service)
        await way.link("record.kept.send").click()
        await way.expect_watching()
        assert requests_in(service) == 1
        await asyncio.to_thread(service.kill)
        await expect(way.page.get_by_text(SAY("watch.away"))).to_be_visible()
        await way.page.close()
        await asyncio.to_thread(service.start)

        way = await reopen(page.context, service, "faces")
        await way.page.get_by_role("main").get_by_role("listitem").get_by_role("link").click()
        await way.expect_faces()
        assert requests_in(service) == 1
        assert not await way.page.evaluate("localStorage.getItem('has-recording')")


async def test_the_faces_come_to_a_page_that_waits_for_the_service(
    chromium: Browser, service: Service
) -> None:
    async with visitor(chromium, width=1280, expected=LOST) as page:
        way = await agree(page, address_of(service))
        await way.expect_watching()
        await asyncio.to_thread(service.kill)
        await expect(page.get_by_text(SAY("watch.away"))).to_be_visible()
        await asyncio.to_thread(service.start)
        await way.expect_faces()


async def test_a_page_goes_on_watching_at_another_process_when_its_own_is_stopped(
    chromium: Browser, tmp_path: Path
) -> None:
    leaving = Service(data=tmp_path / "data", environment={"FAST_FACE_SECONDS": "600"})
    other = Service(data=leaving.data, environment={"FAST_FACE_SECONDS": "1"})
    with running(leaving):
        async with relay(leaving) as line, visitor(chromium, width=1280) as page:
            way = await agree(page, line.address)
            await way.expect_watching()
            await page.evaluate(NOTE_TEXT, SAY("watch.away"))
            with running(other):
                line.target = other.port
                await asyncio.to_thread(leaving.stop)
                await page.wait_for_function(WAITED)
                assert await page.evaluate(WAITED) >= SOONEST
                await way.expect_faces()
                assert not await page.evaluate("window.hasShown")


async def test_a_recording_whose_answer_is_lost_is_not_sent_twice(
    chromium: Browser, service: Service
) -> None:
    async with relay(service) as line, visitor(chromium, width=1280, expected=LOST) as page:
        line.loses_answers_to = b"POST /api/v1/mz-request "
        way = await agree(page, line.address)
        await expect(way.button("sending.now")).to_be_visible()
        assert line.lost >= 1  # the browser tries again by itself, too
        assert requests_in(service) == 1
        line.loses_answers_to = b""
        await way.expect_faces()
        assert requests_in(service) == 1
