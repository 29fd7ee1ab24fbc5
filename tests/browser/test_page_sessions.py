"""The login of the page: it must outlive reloads, several tabs, odd clocks and old browsers."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, BrowserContext, Error, Page, expect

from browser.conftest import program_of
from browser.slow_answers import slow_answers
from e2e.service import Service, running, sign_up

pytestmark = pytest.mark.asyncio(loop_scope="session")

PASSWORD = "correct horse"
REFRESH = b"POST /api/v1/auth/refresh"
WITHOUT_LOCKS = "delete Navigator.prototype.locks"
MODULE = "import(document.querySelector('script[type=module]').src.replace('main.js', '{name}'))"
SESSION = MODULE.format(name="session.js")
CALL = MODULE.format(name="api.js") + ".then(api => api.call('GET', 'users'))"
LOGIN_DURING_A_CALL = f"""async password => {{
    const session = await {SESSION}
    const api = await {MODULE.format(name="api.js")}
    const {{Problem}} = await {MODULE.format(name="problem.js")}
    const call = api.withToken(async () => {{
        await session.logIn("ben@example.org", password)
        throw new Problem(401, {{code: "invalid_token"}})
    }})
    return call.then(() => "called", problem => problem.code)
}}"""
"""A call whose token is refused after another login has begun."""
DEAF = """const listen = window.addEventListener
window.addEventListener = (name, ...rest) => name === "storage" || listen.call(window, name, ...rest)"""
"""Makes a tab that sleeps: it hears nothing of what other tabs do."""
SHIFT_CLOCK = "hours => { const now = Date.now; Date.now = () => now() + hours * 3600e3 }"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(Service(data=tmp_path_factory.mktemp("logins") / "data")) as service:
        sign_up(service, "ann").close()
        sign_up(service, "ben").close()
        yield service


@asynccontextmanager
async def profile(chromium: Browser, port: int, *scripts: str) -> AsyncIterator[BrowserContext]:
    """A new profile of the browser; a script's error that is not caught fails the test."""
    context = await chromium.new_context(locale="en-GB", base_url=f"http://127.0.0.1:{port}/")
    for script in scripts:
        await context.add_init_script(script)
    faults: list[str] = []
    context.on("weberror", lambda error: faults.append(str(error.error)))
    yield context
    await context.close()
    assert faults == []


async def log_in(page: Page, name: str = "ann") -> None:
    await page.goto("log-in?next=me")
    await page.get_by_label("E-mail address").fill(f"{name}@example.org")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text(f"{name}@example.org")).to_be_visible()


async def reload(page: Page) -> None:
    """Reload a page that is perhaps just being loaded, which Chromium refuses for a moment."""
    try:
        await page.reload(wait_until="commit")
    except Error:
        await page.wait_for_timeout(100)
        await page.reload(wait_until="commit")


@pytest.mark.parametrize("scripts", [(), (WITHOUT_LOCKS,)], ids=["locks", "no locks"])
async def test_a_reload_in_the_middle_of_a_refresh_keeps_the_session(
    chromium: Browser, service: Service, scripts: tuple[str, ...]
) -> None:
    async with (
        slow_answers(service.port, REFRESH, 1) as proxy,
        profile(chromium, proxy.port, *scripts) as context,
    ):
        page = await context.new_page()
        await log_in(page)
        async with page.expect_request("**/auth/refresh"):
            await page.reload(wait_until="commit")
        for _ in range(2):  # the second one, too, comes before the answer
            await reload(page)
        assert proxy.calls == 1
        await expect(page.get_by_text("ann@example.org")).to_be_visible(timeout=30_000)


async def test_tabs_that_are_opened_at_once_take_turns(chromium: Browser, service: Service) -> None:
    async with profile(chromium, service.port) as context:
        await log_in(await context.new_page())
        tabs = [await context.new_page() for _ in range(3)]
        for tab in tabs:
            await tab.goto("me", wait_until="commit")
        for tab in tabs:
            await expect(tab.get_by_text("ann@example.org")).to_be_visible(timeout=30_000)


async def test_a_call_with_the_token_of_an_ended_session_leaves_a_login_that_began_meanwhile(
    chromium: Browser, service: Service
) -> None:
    async with profile(chromium, service.port) as context:
        page = await context.new_page()
        await log_in(page)
        assert await page.evaluate(LOGIN_DURING_A_CALL, PASSWORD) == "not_logged_in"
        assert await page.evaluate(f"{SESSION}.then(session => session.emailOfUser())") == "ben@example.org"
        assert (await page.evaluate(CALL))["age"] == 20


async def test_several_calls_of_a_tab_refresh_once(chromium: Browser, service: Service) -> None:
    async with profile(chromium, service.port) as context:
        page = await context.new_page()
        await log_in(page)
        refreshes: list[str] = []
        page.on("request", lambda sent: refreshes.append(sent.url) if "auth/refresh" in sent.url else None)
        token = await page.evaluate(f"{SESSION}.then(session => session.accessToken())")
        replaced = f"{SESSION}.then(session => Promise.all([1, 2, 3].map(() => session.replace('{token}'))))"
        assert len(set(await page.evaluate(replaced))) == 1
        assert len(refreshes) == 1


async def test_a_clock_that_jumps_costs_a_refresh_and_no_session(chromium: Browser, service: Service) -> None:
    async with profile(chromium, service.port) as context:
        page = await context.new_page()
        await log_in(page)
        for hours in (5, -48, 30):
            await page.evaluate(SHIFT_CLOCK, hours)
            assert (await page.evaluate(CALL))["age"] == 20


async def test_a_tab_never_calls_in_the_name_of_the_user_who_logged_in_elsewhere(
    chromium: Browser, service: Service
) -> None:
    async with profile(chromium, service.port) as context:
        page, other = await context.new_page(), await context.new_page()
        await page.add_init_script(DEAF)
        await log_in(page)
        await other.goto("me")
        await other.get_by_role("button", name="Log out").click()
        await other.wait_for_url("**/")
        await log_in(other, "ben")
        outcome = await page.evaluate(f"{CALL}.then(() => 'called', problem => problem.code)")
        assert outcome == "not_logged_in"
        await expect(page.get_by_text("ben@example.org")).to_be_visible()
        await expect(page.get_by_text("ann@example.org")).to_have_count(0)


async def test_two_tabs_that_begin_as_guests_are_one_guest(chromium: Browser, service: Service) -> None:
    async with profile(chromium, service.port) as context:
        tabs = [await context.new_page() for _ in range(2)]
        for tab in tabs:
            await tab.goto("")
        begun: list[str] = []
        context.on("request", lambda sent: begun.append(sent.url) if sent.url.endswith("/guests") else None)
        for tab in tabs:
            await tab.evaluate(f"{SESSION}.then(session => {{ window.begun = session.beginGuest() }})")
        for tab in tabs:
            await tab.evaluate("window.begun")
            assert (await tab.evaluate(CALL))["guest"] is True
        assert len(begun) == 1


async def test_a_session_that_was_ended_elsewhere_leads_to_the_login_and_back(
    chromium: Browser, service: Service
) -> None:
    async with profile(chromium, service.port) as context:
        page = await context.new_page()
        await log_in(page)
        await context.clear_cookies()
        await page.reload()
        await expect(page.get_by_role("heading", name="Log in")).to_be_focused()
        await page.get_by_label("E-mail address").fill("ann@example.org")
        await page.get_by_label("Password", exact=True).fill(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("ann@example.org")).to_be_visible()


async def test_the_back_button_shows_nothing_of_a_user_who_has_logged_out(
    chromium: Browser, service: Service
) -> None:
    keeping = await chromium.browser_type.launch(
        executable_path=program_of(chromium.browser_type),
        ignore_default_args=["--disable-back-forward-cache"],
    )
    async with profile(keeping, service.port) as context:
        page = await context.new_page()
        await log_in(page)
        await page.get_by_role("button", name="Log out").click()
        await page.wait_for_url("**/")
        await page.go_back(wait_until="commit")
        await expect(page.get_by_role("heading", name="Log in")).to_be_visible()
        await expect(page.get_by_text("ann@example.org")).to_be_hidden()
    await keeping.close()
