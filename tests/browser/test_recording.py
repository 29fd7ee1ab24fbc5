"""Recording a voice: what the page asks, says and keeps, and that it lets go of the microphone."""

import asyncio
import base64
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, FilePayload, Locator, Page, Route, expect

from browser.axe import assert_accessible
from browser.microphone import fail, hear_noise, states, watch_microphones
from browser.texts import Texts
from browser.visitors import visitor
from browser.way import Way, address_of
from domain.user import Language
from e2e.service import Service, running
from e2e.voices import short_voice

pytestmark = pytest.mark.asyncio(loop_scope="session")

SAY = Texts(Language.ENGLISH)
DROP = """([content, type]) => {
    const data = new DataTransfer()
    const bytes = Uint8Array.from(atob(content), letter => letter.charCodeAt(0))
    data.items.add(new File([bytes], "dropped", {type}))
    const options = {dataTransfer: data, bubbles: true, cancelable: true}
    const place = document.querySelector("footer")
    for (const name of ["dragover", "drop"]) place.dispatchEvent(new DragEvent(name, options))
}"""
HIDE = """() => {
    Object.defineProperty(document, "hidden", {get: () => true, configurable: true})
    document.dispatchEvent(new Event("visibilitychange"))
}"""
UNPLUG = "() => window.opened.at(-1).dispatchEvent(new Event('ended'))"
NO_RECORDER = "MediaRecorder.prototype.start = () => { throw new DOMException('', 'NotSupportedError') }"
OPEN_LAST = """(() => {
    const devices = navigator.mediaDevices
    const ask = devices.getUserMedia.bind(devices)
    devices.getUserMedia = async () => {
        const known = await devices.enumerateDevices()
        const {deviceId} = known.filter(({kind}) => kind === "audioinput").at(-1)
        return ask({audio: {deviceId: {exact: deviceId}}})
    }
})()"""
SLOW_FIRST_CHECK = """() => {
    const decode = OfflineAudioContext.prototype.decodeAudioData
    let calls = 0
    let tell
    window.firstChecked = new Promise(resolve => { tell = resolve })
    OfflineAudioContext.prototype.decodeAudioData = async function (bytes) {
        const isFirst = calls++ === 0
        if (isFirst) await new Promise(resolve => setTimeout(resolve, 1500))
        const sound = await decode.call(this, bytes)
        if (isFirst) setTimeout(tell, 500)
        return sound
    }
}"""
TIME_RECORDER = """(() => {
    const {start, stop} = MediaRecorder.prototype
    MediaRecorder.prototype.start = function () { window.began = performance.now(); start.call(this) }
    MediaRecorder.prototype.stop = function () { window.recorded = performance.now() - window.began; stop.call(this) }
    window.hints = []
    const changes = {subtree: true, childList: true, characterData: true}
    const look = () => window.hints.push(document.querySelector(".live")?.textContent)
    new MutationObserver(look).observe(document, changes)
})()"""
WHEN_LONG_ENOUGH = """() => new Promise(resolve => {
    const look = () => performance.now() - window.began > 1500 ? resolve() : setTimeout(look, 20)
    look()
})"""
"""Waits until so much is recorded as is kept after a fault."""
EARLIEST = 3
"""Seconds that are recorded at least."""
SECOND = 1000
SLOW = 20 * SECOND
"""Milliseconds that a busy machine may need for what takes some seconds."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service for all visitors."""
    with running(Service(data=tmp_path_factory.mktemp("recording") / "data")) as service:
        yield service


def told(page: Page) -> Locator:
    """Return what is told the reader."""
    return page.get_by_role("main").get_by_role("status")


async def open_recorder(page: Page, service: Service) -> Way:
    """Open the recorder with a microphone that is watched."""
    await watch_microphones(page)
    await page.goto(f"{address_of(service)}record")
    await page.locator("voice-recorder").wait_for()  # the button can be pressed before the view is there
    await expect(Way(page, SAY).button("record.button.ready")).to_be_enabled()
    return Way(page, SAY)


@asynccontextmanager
async def held_view(page: Page, service: Service) -> AsyncIterator[None]:
    """Open the recorder; its view comes at the end of the block."""
    comes = asyncio.Event()

    async def wait(route: Route) -> None:
        await comes.wait()
        await route.continue_()

    await page.route("**/views/record.js", wait)
    await page.goto(f"{address_of(service)}record", wait_until="commit")
    await expect(Way(page, SAY).button("record.button.ready")).to_be_enabled()
    yield
    comes.set()


async def press_early(page: Page, service: Service) -> None:
    """Press the button to record before the view is there."""
    button = Way(page, SAY).button("record.button.ready")
    async with held_view(page, service):
        await button.click()
        await expect(button).to_be_disabled()


async def end_at_once(page: Page, service: Service) -> Way:
    """Record, and press the button to end as soon as it is there."""
    await page.add_init_script(TIME_RECORDER)
    way = await open_recorder(page, service)
    await way.button("record.button.ready").click()
    await way.button("record.button.recording").click()
    return way


async def record(way: Way) -> None:
    """Record some seconds."""
    await way.button("record.button.ready").click()
    await expect(way.page.get_by_text(SAY("record.hint.good"))).to_be_visible(timeout=SLOW)
    await expect(way.page.get_by_role("button", name=SAY("footer.language"))).to_be_disabled()
    await way.button("record.button.recording").click()
    await expect(way.link("record.use")).to_be_visible(timeout=SLOW)


async def test_a_voice_is_recorded_heard_and_kept_until_it_is_deleted(
    chromium: Browser, service: Service
) -> None:
    async with visitor(chromium) as page:
        way = await open_recorder(page, service)
        assert await states(page) == []
        await assert_accessible(page)
        await record(way)
        assert await states(page) == ["ended"]
        await expect(page.get_by_role("heading", name=SAY("record.review.title"))).to_be_focused()
        await way.button("record.listen").click()
        await expect(way.button("record.pause")).to_be_visible()
        await assert_accessible(page)

        await page.goto(address_of(service))
        await way.link("record.kept.open").click()
        await expect(page.get_by_role("heading", name=SAY("record.kept.title"))).to_be_visible()
        await way.button("record.delete").click()
        await expect(way.button("record.button.ready")).to_be_visible()
        await page.reload()
        await expect(way.button("record.button.ready")).to_be_visible()


async def test_the_button_can_be_pressed_before_the_view_is_there(
    chromium: Browser, service: Service
) -> None:
    async with visitor(chromium) as page:
        await press_early(page, service)
        await expect(page.get_by_text(SAY("record.hint.good"))).to_be_visible(timeout=SLOW)


async def test_a_press_that_came_to_nothing_opens_no_microphone_later(
    chromium: Browser, service: Service
) -> None:
    async with visitor(chromium) as page:
        way = await open_recorder(page, service)
        await page.evaluate(DROP, [base64.b64encode(short_voice(3)).decode(), "audio/wav"])
        await expect(way.link("record.use")).to_be_visible()
        await press_early(page, service)
        await way.button("record.delete").click()
        await expect(way.button("record.button.ready")).to_be_visible()
        await page.get_by_role("link", name=SAY("nav.log_in")).click()
        await way.expect_title("log_in.title")
        await page.go_back()
        await expect(way.button("record.button.ready")).to_be_visible()
        await page.wait_for_timeout(SECOND)
        assert await states(page) == []


async def test_a_press_opens_no_microphone_once_another_view_was_shown(
    chromium: Browser, service: Service
) -> None:
    async with visitor(chromium) as page:
        await watch_microphones(page)
        async with held_view(page, service):
            await Way(page, SAY).button("record.button.ready").click()
            await page.get_by_role("link", name=SAY("nav.log_in")).click()
            await Way(page, SAY).expect_title("log_in.title")
            await page.go_back()
        await expect(Way(page, SAY).button("record.button.ready")).to_be_enabled()
        await page.wait_for_timeout(SECOND)
        assert await states(page) == []


async def test_a_keyboard_keeps_its_place_when_the_view_comes(chromium: Browser, service: Service) -> None:
    async with visitor(chromium) as page:
        button = Way(page, SAY).button("record.button.ready")
        async with held_view(page, service):
            await button.focus()
        await page.locator("voice-recorder").wait_for()
        await expect(button).to_be_focused()


@pytest.mark.parametrize("missing", ["**/locales/en.json", "**/views/record.js"])
async def test_a_page_whose_scripts_do_not_come_says_so(
    chromium: Browser, service: Service, missing: str
) -> None:
    page = await chromium.new_page(locale="en-GB")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.route(missing, lambda route: route.abort())
    await page.goto(f"{address_of(service)}record")
    await expect(page.get_by_text(SAY("problem.unreachable"))).to_be_visible()
    await page.wait_for_timeout(SECOND)
    assert len(errors) == 1, "it is told in the console, too"
    await page.context.close()


async def test_a_recording_that_is_ended_at_once_is_long_enough_to_be_used(
    chromium: Browser, service: Service
) -> None:
    async with visitor(chromium) as page:
        way = await end_at_once(page, service)
        await expect(way.link("record.use")).to_be_visible(timeout=SLOW)
        assert await page.evaluate("window.recorded") >= EARLIEST * SECOND
        assert SAY("record.hint.ending") in await page.evaluate("window.hints")
        await expect(page.get_by_text(SAY("record.short"))).to_be_visible()


async def test_what_happens_after_a_recording_was_ended_is_not_told_as_its_end(
    chromium: Browser, service: Service
) -> None:
    async with visitor(chromium) as page:
        way = await end_at_once(page, service)
        await page.evaluate(WHEN_LONG_ENOUGH)
        await page.evaluate(HIDE)
        await expect(way.link("record.use")).to_be_visible(timeout=SLOW)
        await expect(page.get_by_text(SAY("record.stopped.hidden"))).to_be_hidden()


async def test_what_was_recorded_is_kept_though_the_connection_is_lost_meanwhile(
    chromium: Browser, service: Service
) -> None:
    async with visitor(chromium, expected="net::ERR_FAILED") as page:
        await page.route("**/recorder/sound.js", lambda route: route.abort())
        await record(await open_recorder(page, service))
        await page.reload()
        await expect(page.get_by_role("heading", name=SAY("record.kept.title"))).to_be_visible()


async def test_a_recorder_that_cannot_be_loaded_is_told(chromium: Browser, service: Service) -> None:
    async with visitor(chromium, expected="net::ERR_FAILED") as page:
        await page.route("**/recorder/take.js", lambda route: route.abort())
        way = await open_recorder(page, service)
        await way.button("record.button.ready").click()
        await expect(page.get_by_text(SAY("problem.unreachable"))).to_be_focused()


async def test_a_file_can_be_dropped_anywhere_and_other_kinds_are_refused(
    chromium: Browser, service: Service
) -> None:
    async with visitor(chromium, width=1280, theme="light") as page:
        way = await open_recorder(page, service)
        await page.evaluate(DROP, [base64.b64encode(b"a poem").decode(), "text/plain"])
        await expect(page.get_by_text(SAY("record.file.wrong_kind"))).to_be_focused()
        long = FilePayload(name="long.wav", mimeType="audio/wav", buffer=wav_of(62))
        await page.locator("input[type=file]").set_input_files(long)
        await expect(page.get_by_text(SAY("record.file.too_long"))).to_be_focused()
        await page.evaluate(DROP, [base64.b64encode(short_voice(3)).decode(), "audio/wav"])
        await expect(way.link("record.use")).to_be_visible()
        await expect(page.get_by_text("3 s", exact=True)).to_be_visible()


def wav_of(seconds: int) -> bytes:
    """Return silence, with 8 kHz and 8 bits."""
    size = 8000 * seconds
    sizes = [(36 + size).to_bytes(4, "little"), size.to_bytes(4, "little")]
    form = b"".join(
        number.to_bytes(n, "little") for number, n in [(1, 2), (1, 2), (8000, 4), (8000, 4), (1, 2), (8, 2)]
    )
    return b"RIFF" + sizes[0] + b"WAVEfmt \x10\0\0\0" + form + b"data" + sizes[1] + b"\x80" * size


async def test_without_permission_the_page_says_what_to_do(chromium: Browser, service: Service) -> None:
    async with visitor(chromium, has_microphone=False) as page:
        way = await open_recorder(page, service)
        await way.button("record.button.ready").click()
        await expect(page.get_by_text(SAY("record.fault.denied"))).to_be_focused()
        await expect(way.button("record.button.ready")).to_be_enabled()
        await expect(way.button("record.file.button")).to_be_enabled()
        await assert_accessible(page)


@pytest.mark.parametrize(
    ("obstacle", "reason"),
    [
        ("Object.defineProperty(window, 'isSecureContext', {value: false})", "insecure"),
        ("delete window.MediaRecorder", "unsupported"),
        ("Object.defineProperty(navigator, 'mediaDevices', {value: undefined})", "unsupported"),
    ],
)
async def test_a_browser_that_cannot_record_offers_the_file(
    chromium: Browser, service: Service, obstacle: str, reason: str
) -> None:
    async with visitor(chromium) as page:
        await page.add_init_script(obstacle)
        await page.goto(f"{address_of(service)}record")
        await expect(page.get_by_text(SAY(f"record.fault.{reason}"))).to_be_visible()
        await expect(Way(page, SAY).button("record.file.button")).to_be_enabled()


@pytest.mark.parametrize(("name", "reason"), [("NotFoundError", "none"), ("NotReadableError", "busy")])
async def test_a_microphone_that_is_not_there_is_told(
    chromium: Browser, service: Service, name: str, reason: str
) -> None:
    async with visitor(chromium) as page:
        await fail(page, name)
        await page.goto(f"{address_of(service)}record")
        await Way(page, SAY).button("record.button.ready").click()
        await expect(page.get_by_text(SAY(f"record.fault.{reason}"))).to_be_focused()


async def test_an_earlier_recording_is_back_where_no_other_could_be_made(
    chromium: Browser, service: Service
) -> None:
    async with visitor(chromium, has_microphone=False) as page:
        way = await open_recorder(page, service)
        await page.evaluate(DROP, [base64.b64encode(short_voice(3)).decode(), "audio/wav"])
        await expect(page.get_by_text(SAY("record.short"))).to_be_visible()
        await way.button("record.again").click()
        await expect(page.get_by_text(SAY("record.fault.denied"))).to_be_focused()
        await expect(page.get_by_text("3 s", exact=True)).to_be_visible()
        await way.link("record.use").click()
        await way.expect_title("about-you.title")


async def test_of_two_files_the_later_one_is_taken(chromium: Browser, service: Service) -> None:
    async with visitor(chromium) as page:
        way = await open_recorder(page, service)
        await page.evaluate(SLOW_FIRST_CHECK)
        for seconds in (5, 3):
            await page.evaluate(DROP, [base64.b64encode(short_voice(seconds)).decode(), "audio/wav"])
        await expect(way.link("record.use")).to_be_visible()
        await page.evaluate("window.firstChecked")
        await page.reload()
        await expect(page.get_by_text("3 s", exact=True)).to_be_visible()


async def test_a_recorder_that_the_browser_cannot_make_is_told(chromium: Browser, service: Service) -> None:
    async with visitor(chromium) as page:
        await page.add_init_script(NO_RECORDER)
        way = await open_recorder(page, service)
        await way.button("record.button.ready").click()
        await expect(page.get_by_text(SAY("record.fault.unsupported"))).to_be_focused()
        assert await states(page) == ["ended"]


async def test_the_microphone_that_is_used_is_the_one_that_is_shown(
    chromium: Browser, service: Service
) -> None:
    async with visitor(chromium) as page:
        await page.add_init_script(OPEN_LAST)
        way = await open_recorder(page, service)
        await way.button("record.button.ready").click()
        await way.button("record.button.countdown").click()
        await expect(way.button("record.button.ready")).to_be_visible()
        choice = page.get_by_label(SAY("record.microphone"), exact=True)
        await expect(choice.get_by_role("option").last).to_have_js_property("selected", value=True)


@pytest.mark.parametrize(
    ("loudness", "hint"), [(0, "silent"), (0.003, "quiet"), (0.1, "no_voice"), (4, "loud")]
)
async def test_the_speaker_is_told_what_the_microphone_hears(
    chromium: Browser, service: Service, loudness: float, hint: str
) -> None:
    async with visitor(chromium) as page:
        await hear_noise(page, loudness)
        await page.goto(f"{address_of(service)}record")
        await Way(page, SAY).button("record.button.ready").click()
        sentence = told(page).get_by_text(SAY(f"record.hint.{hint}"))
        await expect(sentence).to_be_visible(timeout=SLOW)
        await expect(sentence).to_have_attribute("aria-live", "polite")


async def test_the_microphone_is_let_go_when_the_page_is_left_hidden_or_the_take_cancelled(
    chromium: Browser, service: Service
) -> None:
    async with visitor(chromium, width=1280) as page:
        way = await open_recorder(page, service)
        await way.button("record.button.ready").click()
        await expect(page.get_by_text(SAY("record.hint.countdown"))).to_be_visible()
        assert await states(page) == ["live"]
        await page.keyboard.press("Escape")
        await expect(way.button("record.button.ready")).to_be_visible()
        assert await states(page) == ["ended"]

        await way.button("record.button.ready").click()
        await expect(page.get_by_text(SAY("record.hint.countdown"))).to_be_visible()
        await page.evaluate(HIDE)
        await expect(page.get_by_text(SAY("record.fault.hidden"))).to_be_visible()
        assert await states(page) == ["ended", "ended"]
        await page.evaluate("delete document.hidden")

        await way.button("record.button.ready").click()
        await expect(way.button("record.button.recording")).to_be_visible(timeout=SLOW)
        await page.get_by_role("navigation").get_by_role("link", name=SAY("nav.log_in")).click()
        await expect(way.button("record.button.recording")).to_have_count(0)
        await page.wait_for_function("() => window.opened.every(track => track.readyState === 'ended')")


async def test_what_was_recorded_before_the_microphone_went_away_is_kept(
    chromium: Browser, service: Service
) -> None:
    async with visitor(chromium) as page:
        way = await open_recorder(page, service)
        await way.button("record.button.ready").click()
        await expect(page.get_by_text(SAY("record.hint.good"))).to_be_visible(timeout=SLOW)
        await expect(told(page)).to_have_attribute("aria-live", "off")  # it would be recorded
        await page.wait_for_timeout(SECOND)
        await page.evaluate(UNPLUG)
        await expect(page.get_by_text(SAY("record.stopped.unplugged"))).to_be_visible()
        await expect(way.link("record.use")).to_be_visible()
