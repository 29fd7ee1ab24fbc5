"""The service worker, which shows the offline page and does nothing else."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from browser.way import MOST_SECONDS
from e2e.service import Service, running
from entrypoints.web.pages import Pages

pytestmark = pytest.mark.asyncio(loop_scope="session")

KEPT = """async () => {
  const kept = {}
  for (const name of await caches.keys())
    kept[name] = (await (await caches.open(name)).keys()).map(request => new URL(request.url).pathname)
  return kept
}"""
KEEPS = "async title => ((await (await caches.match('offline'))?.text()) ?? '').includes(title)"
WORKS = "async () => (await navigator.serviceWorker.ready).active.state === 'activated'"
CALL = "address => fetch(address).then(answer => answer.status, error => error.name)"
ASKS_NO_MORE = "() => { globalThis.fetch = () => new Promise(() => {}) }"
ENGLISH, KOREAN = "Voice2Face cannot be reached", "Voice2Face에 연결할 수 없습니다"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(Service(data=tmp_path_factory.mktemp("offline") / "data")) as service:
        yield service


@pytest.fixture
def service(started: Service) -> Service:
    """The service, which runs, even if the test before has killed it."""
    if started.process is None or started.process.poll() is not None:
        started.start()
    return started


@pytest_asyncio.fixture(loop_scope="session")
async def context(chromium: Browser) -> AsyncIterator[BrowserContext]:
    context = await chromium.new_context(locale="en-GB", viewport={"width": 320, "height": 640})
    yield context
    await context.close()


def origin_of(service: Service) -> str:
    return service.url.removesuffix("/api/v1")


async def installed(page: Page, address: str) -> None:
    """Open a page, and wait until its service worker works."""
    await page.goto(address)
    await wait_until(page, WORKS)


async def wait_until(page: Page, condition: str, argument: object = None) -> None:
    """Wait until an asynchronous function is true; `wait_for_function` would take its promise for true."""
    async with asyncio.timeout(MOST_SECONDS):
        while not await page.evaluate(condition, argument):
            await asyncio.sleep(0.05)


async def test_without_the_service_the_offline_page_is_shown_and_leads_back(
    context: BrowserContext, service: Service
) -> None:
    page, address = await context.new_page(), f"{origin_of(service)}/account/reset"
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    await installed(page, origin_of(service))
    service.kill()
    await page.goto(address)
    await expect(page.get_by_role("heading", level=1)).to_have_text(ENGLISH)
    await expect(page).to_have_title(f"{ENGLISH} · Voice2Face")
    assert page.url == address
    assert await page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
    assert await page.evaluate("document.styleSheets[0].cssRules.length") > 0
    assert await page.evaluate("document.documentElement.scrollWidth") == 320
    assert told == []
    assert await page.evaluate(CALL, f"{service.url}/users") == "TypeError"  # no answer is made up
    await page.evaluate(ASKS_NO_MORE)  # so that it does not go on by itself
    service.start()
    await page.get_by_role("link", name="Try again").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Choose a new password")
    assert await page.evaluate(CALL, f"{service.url}/users") == 401


async def test_the_offline_page_goes_on_by_itself_as_soon_as_the_service_is_back(
    context: BrowserContext, service: Service
) -> None:
    page, address = await context.new_page(), f"{origin_of(service)}/account/reset"
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    await installed(page, origin_of(service))
    service.kill()
    await page.goto(address)
    async with page.expect_response("**/offline") as asking:
        await expect(page.get_by_role("heading", level=1)).to_have_text(ENGLISH)
    assert (await asking.value).status == 204
    service.start()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Choose a new password")
    assert told == []


async def test_the_worker_keeps_the_offline_page_and_removes_that_of_an_earlier_version(
    context: BrowserContext, service: Service
) -> None:
    page, origin, version = await context.new_page(), origin_of(service), Pages().version
    await page.goto(f"{origin}/robots.txt")
    for name in (f"voice2face {origin}/ 0123456789ab", f"voice2face {origin}/other/ 0123456789ab", "other"):
        await page.evaluate("name => caches.open(name).then(() => {})", name)
    await installed(page, origin)
    await wait_until(page, "async () => (await caches.keys()).length === 3")
    assert await page.evaluate(KEPT) == {
        f"voice2face {origin}/ {version}": [
            "/offline",
            *(f"/static/{version}/{name}" for name in ("style.css", "icons/icon.svg", "app/back-online.js")),
        ],
        f"voice2face {origin}/other/ 0123456789ab": [],
        "other": [],
    }


async def test_the_offline_page_follows_the_language_of_the_page(
    context: BrowserContext, service: Service
) -> None:
    page, origin = await context.new_page(), origin_of(service)
    await installed(page, origin)
    await page.get_by_role("button", name="한국어").click()
    await expect(page.locator("html")).to_have_attribute("lang", "ko")
    await wait_until(page, KEEPS, KOREAN)
    service.kill()
    await page.goto(f"{origin}/account/reset")
    await expect(page.get_by_role("heading", level=1)).to_have_text(KOREAN)


async def test_the_page_can_be_installed_and_its_manifest_is_in_its_language(
    context: BrowserContext, service: Service
) -> None:
    page, origin = await context.new_page(), origin_of(service)
    await context.add_cookies([{"name": "language", "value": "ko", "url": origin}])
    await installed(page, origin)
    devtools = await context.new_cdp_session(page)
    manifest = await devtools.send("Page.getAppManifest")
    assert (manifest["errors"], '"lang": "ko"' in manifest["data"]) == ([], True)
    found = await devtools.send("Page.getInstallabilityErrors")
    assert [
        error["errorId"] for error in found["installabilityErrors"] if error["errorId"] != "in-incognito"
    ] == []
