"""Visitors of the page: each has a browser profile of its own, and fails the test for what must never happen."""

import os
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request

PICTURES = Path("build/browser")
"""Where the last picture of a page lies whose test has failed."""
TELL_VIOLATIONS = """addEventListener("securitypolicyviolation", event =>
    console.error(`The content security policy stops ${event.blockedURI} (${event.violatedDirective}).`))"""


@asynccontextmanager
async def visitor(
    chromium: Browser,
    locale: str = "en-GB",
    *,
    width: int = 320,
    theme: Literal["light", "dark"] = "dark",
    has_scripts: bool = True,
    has_microphone: bool = True,
    expected: str | None = None,
) -> AsyncIterator[Page]:
    """Give a page to a new visitor, who may open more of them in its `context`.

    These fail the test at the end: an error in the console, but for those that match the pattern `expected`; a script's
    error that is not caught; a breach of the content security policy; a request to another site; text that one has to
    scroll sideways. The visitor allows the microphone when asked, or refuses it.
    """
    context = await chromium.new_context(
        locale=locale,
        viewport={"width": width, "height": 640 if width < 600 else 900},
        color_scheme=theme,
        java_script_enabled=has_scripts,
        permissions=["microphone"] if has_microphone else [],
    )
    await context.add_init_script(TELL_VIOLATIONS)
    faults = faults_of(context, expected)
    page = await context.new_page()
    try:
        yield page
        for opened in context.pages:
            assert await opened.evaluate("document.documentElement.scrollWidth") <= width
    except BaseException:
        await take_pictures(context.pages)
        raise
    finally:
        await context.close()
    assert not faults, "\n".join(faults)


def faults_of(context: BrowserContext, expected: str | None) -> Sequence[str]:
    """Return a list that grows with all that goes wrong in the pages of a profile."""
    faults: list[str] = []

    def read(message: ConsoleMessage) -> None:
        is_expected = expected is not None and re.search(expected, message.text)
        if message.type == "error" and not is_expected:
            faults.append(f"{message.text} ({message.location['url']})")

    def check(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            faults.append(f"a request to {request.url}")

    context.on("console", read)
    context.on("weberror", lambda error: faults.append(str(error.error)))
    context.on("request", check)
    return faults


async def take_pictures(pages: Sequence[Page]) -> None:
    """Keep a picture of each page for those who look why a test has failed."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    test = re.sub(r"\W+", "-", os.environ["PYTEST_CURRENT_TEST"].split("::")[-1]).strip("-")
    for number, page in enumerate(pages):
        if not page.is_closed():
            await page.screenshot(path=PICTURES / f"{test}-{number}.png", full_page=True)
