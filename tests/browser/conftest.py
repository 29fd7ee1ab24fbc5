"""A Chromium that all browser tests of a pytest worker share, and pages of another origin in it.

Playwright's objects belong to one event loop, so these fixtures and the tests that use them run in the session's loop:
`pytestmark = pytest.mark.asyncio(loop_scope="session")`. Without Chromium the tests are skipped, or fail if
REQUIRE_REAL_SERVERS is 1. Its microphone hears the sample, over and over.
"""

import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserType, Page, async_playwright, expect

from e2e.voices import short_voice
from real_servers.plugin import skip_or_fail

HTML = b"<!doctype html><title>Front end</title><link rel=icon href=data:,>"
SECONDS_OF_VOICE = 15
PATIENCE = 30
"""Seconds after which a thing is taken to be missing on a page; Playwright's own five are few on a busy machine."""


@pytest.fixture(scope="session")
def voice_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the microphone hears, as a WAV."""
    file = tmp_path_factory.mktemp("microphone") / "voice.wav"
    file.write_bytes(short_voice(SECONDS_OF_VOICE))
    return file


def program_of(chromium: BrowserType) -> str:
    """Return the path of the machine's Chromium, else of Playwright's own."""
    return which("chromium") or chromium.executable_path


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium(voice_file: Path) -> AsyncIterator[Browser]:
    """The browser; each test opens a page of its own in it."""
    expect.set_options(timeout=PATIENCE * 1000)
    async with async_playwright() as playwright:
        program = program_of(playwright.chromium)
        if not Path(program).exists():
            skip_or_fail("nothing is tested in a browser: run infra/browser/chromium")
        # Playwright leaves Chromium's sandbox off, which root could not use; the tests open only pages of their own.
        browser = await playwright.chromium.launch(
            executable_path=program,
            args=["--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={voice_file}"],
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(chromium: Browser, front_end: str) -> AsyncIterator[Page]:
    """A page of the front end, with a cache of its own; a script's error that is not caught fails the test."""
    context = await chromium.new_context()
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto(front_end)
    yield page
    await context.close()
    assert errors == []


@pytest.fixture(scope="session")
def front_end() -> Iterator[str]:
    """The origin of an empty page: another site than the service, which tests reach at 127.0.0.1."""
    with ThreadingHTTPServer(("127.0.0.1", 0), EmptyPage) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        thread.join()


class EmptyPage(BaseHTTPRequestHandler):
    """Answers every address with an empty page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(HTML)))
        self.end_headers()
        self.wfile.write(HTML)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""
