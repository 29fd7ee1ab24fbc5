"""What a newcomer sees first."""

from collections.abc import Iterator

import pytest
from playwright.async_api import Browser, ViewportSize, expect

from domain.user import Language
from e2e.service import Service, running
from entrypoints.web.templates import texts_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOCALES = {Language.ENGLISH: "en-GB", Language.KOREAN: "ko-KR"}
NARROW: ViewportSize = {"width": 320, "height": 640}
SHIFT = """new Promise(resolve => new PerformanceObserver((list, observer) => {
    observer.disconnect()
    resolve(list.getEntries().reduce((sum, entry) => sum + entry.value, 0))
}).observe({type: "layout-shift", buffered: true}) ?? setTimeout(() => resolve(0), 500))"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service for all readers."""
    with running(Service(data=tmp_path_factory.mktemp("first") / "data")) as service:
        yield service


@pytest.mark.parametrize("language", list(Language))
async def test_the_first_page_tells_what_it_is_and_shows_its_faces_without_a_script(
    chromium: Browser, service: Service, language: Language
) -> None:
    context = await chromium.new_context(
        locale=LOCALES[language], viewport=NARROW, java_script_enabled=False, reduced_motion="reduce"
    )
    page = await context.new_page()
    faults: list[str] = []
    page.on("console", lambda told: faults.append(told.text))
    await page.goto(service.url.removesuffix("api/v1"))
    texts = texts_of(language)
    await expect(page.get_by_role("heading", level=1)).to_have_text(texts["landing.title"])
    for key in ("landing.lead", "landing.not", "landing.kept.text", "landing.long.text"):
        await expect(page.get_by_text(texts[key])).to_be_visible()
    for key in ("landing.sign_up", "landing.long.account"):
        await expect(page.get_by_text(texts[key], exact=True)).to_be_hidden()
    await expect(page.get_by_role("link", name=texts["landing.button"])).to_be_in_viewport()
    for name in ("allison", "reader", "june", "taras", "olga", "carlo"):
        face = page.get_by_role("img", name=texts[f"landing.face.{name}"])
        await face.scroll_into_view_if_needed()
        assert await face.evaluate("face => face.decode().then(() => face.naturalWidth)") == 336
    assert await page.evaluate("document.documentElement.scrollWidth") == 320
    assert faults == []
    await context.close()


async def test_the_first_page_does_not_jump_while_it_loads_and_one_can_skip_its_header(
    chromium: Browser, service: Service
) -> None:
    context = await chromium.new_context(locale="en-GB", viewport=NARROW)
    page = await context.new_page()
    await page.goto(service.url.removesuffix("api/v1"), wait_until="networkidle")
    assert await page.evaluate(SHIFT) <= 0.05
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport(ratio=1)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("main")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Record my voice")).to_be_focused()
    await context.close()
