"""The views of an account: sign up, log in, what is mine, and erasing it."""

import asyncio
import json
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, FilePayload, Page, Route, expect

from browser.copies import copy_request, set_state, use_portraits_as_loops
from e2e.service import TIMEOUT, Service, running, sign_up, submit, wait_for
from e2e.voices import short_voice
from figures import Tell

pytestmark = pytest.mark.asyncio(loop_scope="session")

PASSWORD = "correct horse"
NEW = "another good horse"
MOST_SHIFTS = 0.05
RESULTS = 50
SCRIPT = "import(document.querySelector('script[type=module]').src.replace('main.js', '{module}'))"
BEGIN_GUEST = SCRIPT.format(module="session.js") + ".then(session => session.beginGuest())"
TOKEN = SCRIPT.format(module="session.js") + ".then(session => session.accessToken())"
MEASURE_SHIFTS = """window.shifts = 0
new PerformanceObserver(list => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.shifts += shift.value
}).observe({type: "layout-shift", buffered: true})"""
MEMORY_IS_REFUSED = """Storage.prototype.setItem = () => {
    throw new DOMException("The user does not want it.", "SecurityError")
}"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    data = tmp_path_factory.mktemp("accounts") / "data"
    with running(Service(data=data, environment={"FAST_FACE_SECONDS": "0"})) as service:
        yield service


@asynccontextmanager
async def visitor(
    chromium: Browser,
    service: Service,
    *,
    width: int = 320,
    scripts: tuple[str, ...] = (),
    locale: str = "en-GB",
) -> AsyncIterator[Page]:
    """A visitor with a browser profile of its own; what goes wrong in the page fails the test."""
    context = await chromium.new_context(
        locale=locale,
        viewport={"width": width, "height": 700},
        base_url=page_address(service),
        accept_downloads=True,
    )
    for script in scripts:
        await context.add_init_script(script)
    faults: list[str] = []
    context.on("weberror", lambda error: faults.append(str(error.error)))
    page = await context.new_page()
    yield page
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await context.close()
    assert faults == []


def page_address(service: Service) -> str:
    return service.url.removesuffix("api/v1")


def user_named(service: Service, name: str) -> str:
    """Make an account, and return its address."""
    sign_up(service, name).close()
    return f"{name}@example.org"


def log_in_status(service: Service, email: str, password: str) -> int:
    given = {"email": email, "password": password}
    return httpx.post(f"{service.url}/auth", data=given, timeout=TIMEOUT).status_code


async def log_in(page: Page, email: str, address: str = "log-in", password: str = PASSWORD) -> None:
    """Log in by the form."""
    await page.goto(address)
    await page.get_by_label("E-mail address").fill(email)
    await page.get_by_label("Password", exact=True).fill(password)
    await page.get_by_role("button", name="Log in").click()


async def test_a_guest_who_signs_up_keeps_the_result(chromium: Browser, service: Service) -> None:
    async with visitor(chromium, service) as page:
        await page.goto("")
        await page.evaluate(BEGIN_GUEST)
        await expect(page.get_by_role("link", name="My faces")).to_be_visible()
        token = await page.evaluate(TOKEN)
        with httpx.Client(base_url=service.url, headers={"Token": token}, timeout=TIMEOUT) as guest:
            wait_for(guest, submit(guest, short_voice()).raise_for_status().json()["mz_request_id"])
        await page.goto("faces")
        await page.get_by_role("link", name="Sign up to keep it").click()
        await expect(page.get_by_role("heading", name="Sign up")).to_be_focused()
        await page.get_by_label("E-mail address").fill("guest@example.org")
        await page.get_by_label("Password", exact=True).fill(PASSWORD)
        await expect(page.get_by_label("Age", exact=True)).to_have_count(0)
        await page.get_by_text("Read the privacy notice (").click()
        await expect(page.get_by_role("region", name="Privacy notice")).to_contain_text("recording")
        await page.get_by_label("I have read the privacy notice").check()
        await page.get_by_role("button", name="Sign up").click()
        await expect(page.get_by_text("Your recording and your faces are kept now.")).to_be_focused()
        await expect(page.get_by_role("listitem")).to_have_count(1)
        await page.get_by_role("link", name="Me").click()
        await expect(page.get_by_text("are kept now.")).to_have_count(0)
        await expect(page.get_by_text("guest@example.org")).to_be_visible()
        await expect(page.get_by_text("For the account (notice")).to_be_visible()
    assert log_in_status(service, "guest@example.org", PASSWORD) == 200


async def test_a_new_user_signs_up_by_keyboard_alone_and_is_asked_for_what_is_missing(
    chromium: Browser, service: Service
) -> None:
    async with visitor(chromium, service, locale="ko-KR") as page:
        await page.goto("sign-up?next=me")
        await page.get_by_label("이메일 주소").focus()
        for key in [
            "new@example.org",
            "Tab",
            PASSWORD,
            "Tab",
            "Tab",
            "34",
            "Tab",
            "Space",
            "Tab",
            "Tab",
            "Enter",
        ]:
            await (page.keyboard.press(key) if key in ("Tab", "Space", "Enter") else page.keyboard.type(key))
        assert await page.evaluate("document.activeElement.name") == "agreed"
        assert log_in_status(service, "new@example.org", PASSWORD) == 401
        await page.keyboard.press("Space")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="내 정보")).to_be_visible()
        await expect(page.get_by_role("status").filter(has_text="계정이 만들어졌습니다.")).to_be_focused()
        await expect(page.get_by_text("34세, 여성")).to_be_visible()


async def test_a_wrong_password_is_told_and_the_right_one_leads_to_where_the_user_wanted_to_go(
    chromium: Browser, service: Service
) -> None:
    email = user_named(service, "wrong")
    async with visitor(chromium, service) as page:
        await page.goto("me")
        await expect(page.get_by_role("heading", name="Log in")).to_be_focused()
        await log_in(page, email, page.url, "not the password")
        told = page.get_by_role("status").filter(has_text="E-mail address or password is wrong.")
        await expect(told).to_be_focused()
        await page.get_by_label("Password", exact=True).fill(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Me", exact=True)).to_be_focused()
        await page.goto("log-in")
        await expect(page.get_by_text(f"You are logged in as {email}.")).to_be_visible()


@pytest.mark.parametrize(
    "next_address",
    ["//evil.example/x", "https://evil.example", "javascript:alert(1)", "\\\\evil.example", "http://["],
)
async def test_after_the_login_no_address_leads_to_another_site(
    chromium: Browser, service: Service, next_address: str
) -> None:
    async with visitor(chromium, service) as page:
        await page.goto("log-in")
        await page.evaluate(
            "next => history.replaceState(null, '', `?next=${encodeURIComponent(next)}`)", next_address
        )
        asked = SCRIPT.format(module="next.js") + ".then(next => next.nextPath())"
        assert await page.evaluate(asked) == "faces"


async def test_a_user_who_guesses_too_often_is_told_how_long_to_wait_and_when_that_is_over(
    chromium: Browser, service: Service
) -> None:
    email = user_named(service, "guesser")
    for _ in range(3):
        log_in_status(service, email, "not the password")
    async with visitor(chromium, service, locale="ko-KR") as page:
        await page.clock.install()
        await page.goto("log-in")
        await page.get_by_label("이메일 주소").fill(email)
        await page.get_by_label("비밀번호", exact=True).fill(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(
            page.get_by_role("status").filter(has_text="초 후에 다시 시도해 주십시오.")
        ).to_be_focused()
        await page.clock.run_for(60_000)
        await expect(page.get_by_text("이제 다시 시도할 수 있습니다.")).to_be_visible()


async def test_a_user_ends_another_session_and_changes_the_password(
    chromium: Browser, service: Service
) -> None:
    other = sign_up(service, "sessions")
    async with visitor(chromium, service) as page:
        await log_in(page, "sessions@example.org", "log-in?next=me")
        await page.get_by_role("button", name="End the session: Python").click()
        await expect(page.get_by_role("status").filter(has_text="Ended.")).to_be_focused()
        assert other.get("/users").status_code == 401
        await expect(page.get_by_text("This browser")).to_be_visible()
        await page.get_by_label("Current password").fill(PASSWORD)
        await page.get_by_label("New password").fill(NEW)
        await page.get_by_role("button", name="Change the password").click()
        await expect(page.get_by_role("status").filter(has_text="Your password is changed.")).to_be_focused()
    assert log_in_status(service, "sessions@example.org", NEW) == 200


async def test_what_happens_after_a_question_is_told_whatever_is_pressed_meanwhile(
    chromium: Browser, service: Service
) -> None:
    others = [sign_up(service, "everywhere")]
    email = "everywhere@example.org"
    assert log_in_status(service, email, PASSWORD) == 200
    go_on = asyncio.Event()

    async def refuse(route: Route) -> None:
        await go_on.wait()
        await route.abort()

    async with visitor(chromium, service) as page:
        await log_in(page, email, "log-in?next=me")
        await page.route("**/auth/sessions/*", refuse, times=1)
        await page.get_by_role("button", name="End all others").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_role("button", name="End all others").click()
        await expect(dialog.get_by_role("button", name="End all others")).to_be_disabled()
        for _ in range(2):
            await page.keyboard.press("Escape")
        await dialog.get_by_role("button", name="No, go back").click()
        go_on.set()
        await expect(dialog.get_by_text("The service cannot be reached.")).to_be_focused()
        await dialog.get_by_role("button", name="End all others").click()
        await expect(page.get_by_role("status").filter(has_text="Ended.")).to_be_focused()
        assert [other.get("/users").status_code for other in others] == [401]


async def test_who_logs_out_to_log_in_as_another_is_asked_before_a_recording_is_lost(
    chromium: Browser, service: Service
) -> None:
    email = user_named(service, "switcher")
    async with visitor(chromium, service) as page:
        await log_in(page, email, "log-in?next=record")
        voice = FilePayload(name="voice.wav", mimeType="audio/wav", buffer=short_voice())
        await page.locator("input[type=file]").set_input_files(voice)
        await expect(page.get_by_role("link", name="Use this recording")).to_be_visible()
        await page.goto("log-in?next=record")
        await page.get_by_role("button", name="Log out, and log in as another user").click()
        await expect(page.get_by_role("heading", name="Log out and delete the recording?")).to_be_visible()
        await page.get_by_role("dialog").get_by_role("button", name="Log out").click()
        await expect(page.get_by_label("E-mail address")).to_be_visible()
        assert page.url.endswith("log-in?next=record")
        await page.goto("record")
        await expect(page.get_by_role("button", name="Record", exact=True)).to_be_visible()


async def test_a_user_withdraws_a_consent_and_agrees_again(chromium: Browser, service: Service) -> None:
    email = user_named(service, "consents")
    async with visitor(chromium, service) as page:
        await log_in(page, email, "log-in?next=me")
        await expect(page.get_by_text("You have not agreed to a privacy notice yet.")).to_be_visible()
        for _ in range(2):
            await page.get_by_label("I have read the privacy notice").check()
            await page.get_by_role("button", name="Agree", exact=True).click()
            await expect(page.get_by_text("Thank you. You agreed to the privacy notice.")).to_be_focused()
            await page.get_by_role("button", name="Withdraw: For the account").click()
            dialog = page.get_by_role("dialog", name="Withdraw your consent?")
            await expect(dialog).to_contain_text("Nothing is erased by that")
            await dialog.get_by_role("button", name="Withdraw").click()
            await expect(page.get_by_text("Your consent is withdrawn.")).to_be_focused()


async def test_a_user_downloads_the_export(chromium: Browser, service: Service, tmp_path: Path) -> None:
    email = user_named(service, "export")
    async with visitor(chromium, service) as page:
        await log_in(page, email, "log-in?next=me")
        async with page.expect_download() as coming:
            await page.get_by_role("button", name="Download all").click()
        download = await coming.value
        await download.save_as(tmp_path / "export.zip")
        await expect(page.get_by_text("The file is with your downloads.")).to_be_visible()
    assert download.suggested_filename.startswith("voice2face-export-")
    with zipfile.ZipFile(tmp_path / "export.zip") as archive:
        assert json.loads(archive.read("data.json"))["account"]["email"] == email


async def test_a_user_deletes_everything_and_gets_a_receipt(chromium: Browser, service: Service) -> None:
    with sign_up(service, "leaver") as user:
        wait_for(user, submit(user, short_voice()).json()["mz_request_id"])
    async with visitor(chromium, service) as page:
        await log_in(page, "leaver@example.org", "log-in?next=me")
        await page.get_by_role("button", name="Delete everything").click()
        dialog = page.get_by_role("dialog", name="Delete everything?")
        await dialog.get_by_label("Your password").fill("not the password")
        await page.keyboard.press("Enter")
        await expect(dialog.get_by_text("The password is wrong.")).to_be_focused()
        await dialog.get_by_label("Your password").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Everything is deleted")).to_be_focused()
        await expect(page.get_by_role("main")).to_contain_text("1 recording")
        await expect(page.get_by_role("banner").get_by_role("link", name="Log in")).to_be_visible()
        assert await page.evaluate("localStorage.length") == 0
    assert log_in_status(service, "leaver@example.org", PASSWORD) == 401


@pytest.fixture(scope="module")
def full(service: Service) -> str:
    """The address of a user with fifty results, all of which are rated but the newest."""
    with sign_up(service, "gallery") as user:
        ids = submit(user, short_voice()).json()
        wait_for(user, ids["mz_request_id"])
        for kind in ("voice", "condition"):
            rated = {"type": kind, "rating": "4"}
            path = f"/mz-request/{ids['mz_request_id']}/mz-result/{ids['mz_result_id']}"
            user.patch(path, data=rated).raise_for_status()
        use_portraits_as_loops(service.data, ids["mz_result_id"])
        unrated = submit(user, short_voice()).json()["mz_request_id"]
        wait_for(user, unrated)
        copy_request(service.data, ids["mz_request_id"], RESULTS - 3)
        copy_request(service.data, unrated, 1)
    return "gallery@example.org"


async def test_a_gallery_of_fifty_results_asks_once_loads_what_is_near_and_keeps_still(
    chromium: Browser, service: Service, full: str, tell_figure: Tell
) -> None:
    asked: list[str] = []
    for width in (320, 1280):
        async with visitor(chromium, service, width=width, scripts=(MEASURE_SHIFTS,)) as page:
            page.on("request", lambda sent: asked.append(sent.url))
            await log_in(page, full, "log-in?next=faces")
            cards = page.locator(".face-card:not(.waiting)")
            await expect(cards).to_have_count(24)
            asked.clear()
            await page.reload()
            await expect(cards).to_have_count(24)
            await expect(page.locator(".loop").first).to_be_attached()
            await page.wait_for_load_state("networkidle")
            assert len([url for url in asked if "/mz-request" in url]) == 1
            shifts = await page.evaluate("window.shifts")
            assert shifts <= MOST_SHIFTS
            tell_figure(f"layout shift of a gallery of {RESULTS} at {width} px: {shifts:.3f}")
            if width == 320:
                unseen = "[...document.querySelectorAll('.picture img')].filter(image => !image.naturalWidth)"
                assert await page.evaluate(f"{unseen}.length") > 0
            assert 0 < await page.locator(".loop").count() < 24


async def test_faces_that_are_not_rated_do_not_tell_which_one_follows_the_voice(
    chromium: Browser, service: Service, full: str
) -> None:
    async with visitor(chromium, service) as page:
        await log_in(page, full, "log-in?next=faces")
        cards = page.locator(".face-card:not(.waiting)")
        await expect(cards.first).to_contain_text("Not rated yet")
        await expect(cards.first.locator("img:not(.loop)")).to_have_count(2)
        await expect(cards.nth(1)).to_contain_text("Ready")
        await expect(cards.nth(1).locator("img:not(.loop)")).to_have_count(1)


async def test_the_next_page_is_shown_by_keyboard_and_the_focus_is_not_lost(
    chromium: Browser, service: Service, full: str
) -> None:
    async with visitor(chromium, service, width=1280) as page:
        await log_in(page, full, "log-in?next=faces")
        cards, more = page.locator(".face-card:not(.waiting)"), page.get_by_role("button", name="Show more")
        await more.focus()
        await page.keyboard.press("Enter")
        await expect(cards).to_have_count(48)
        await expect(more).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(cards).to_have_count(RESULTS)
        await expect(cards.nth(48).get_by_role("link")).to_be_focused()


async def test_pictures_are_still_for_those_who_want_less_motion_and_stop_when_told(
    chromium: Browser, service: Service, full: str
) -> None:
    async with visitor(chromium, service) as page:
        await log_in(page, full, "log-in?next=faces")
        await expect(page.locator(".loop").first).to_be_attached()
        await page.get_by_role("button", name="Stop the loops").click()
        await expect(page.locator(".loop")).to_have_count(0)
        await page.emulate_media(reduced_motion="reduce")
        await page.reload()
        await expect(page.locator(".face-card:not(.waiting)")).to_have_count(24)
        await expect(page.locator(".loop")).to_have_count(0)
        await expect(page.get_by_role("button", name="Stop the loops")).to_be_hidden()


async def test_a_result_is_deleted_after_a_question_by_keyboard_alone(
    chromium: Browser, service: Service
) -> None:
    with sign_up(service, "deleter") as user:
        for _ in range(2):
            wait_for(user, submit(user, short_voice()).json()["mz_request_id"])
    async with visitor(chromium, service) as page:
        await log_in(page, "deleter@example.org", "log-in?next=faces")
        cards = page.get_by_role("listitem")
        await expect(cards).to_have_count(2)
        await cards.first.get_by_role("button", name="Delete").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="No, go back")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(cards).to_have_count(2)
        for left in ("1", "0"):
            await cards.first.get_by_role("button", name="Delete").focus()
            await page.keyboard.press("Enter")
            await page.keyboard.press("Tab")
            await page.keyboard.press("Enter")
            await expect(page.locator(".face-card")).to_have_count(int(left))
        await expect(page.get_by_text("No faces yet.")).to_be_focused()


async def test_what_still_runs_is_looked_at_until_it_is_ready(chromium: Browser, service: Service) -> None:
    with sign_up(service, "runner") as user:
        ids = submit(user, short_voice()).json()
        wait_for(user, ids["mz_request_id"])
    set_state(service.data, ids["mz_result_id"], "running")
    async with visitor(chromium, service) as page:
        await log_in(page, "runner@example.org", "log-in?next=faces")
        link = page.get_by_role("listitem").get_by_role("link")
        await expect(page.get_by_text("New faces: 100%")).to_be_visible()
        await link.focus()
        set_state(service.data, ids["mz_result_id"], "succeeded")
        await expect(page.get_by_text("New faces are ready.")).to_be_attached(timeout=10_000)
        await expect(link).to_be_focused()


async def test_a_page_of_which_another_tab_logs_out_shows_nothing_of_the_user_any_more(
    chromium: Browser, service: Service
) -> None:
    first, second = user_named(service, "first"), user_named(service, "second")
    async with visitor(chromium, service) as page:
        await log_in(page, first, "log-in?next=me")
        await expect(page.get_by_text(first)).to_be_visible()
        other = await page.context.new_page()
        await other.goto("me")
        await expect(other.get_by_text(first)).to_be_visible()
        await other.get_by_role("button", name="Log out").click()
        await expect(page.get_by_role("heading", name="Log in")).to_be_focused()
        await expect(page.get_by_text(first)).to_have_count(0)
        await other.wait_for_url("**/")
        await log_in(other, second, "log-in?next=me")
        await expect(other.get_by_text(second)).to_be_visible()
        await page.goto("me")
        await expect(page.get_by_text(second)).to_be_visible()


async def test_a_page_without_kept_memory_works_until_it_is_closed(
    chromium: Browser, service: Service
) -> None:
    email = user_named(service, "private")
    async with visitor(chromium, service, scripts=(MEMORY_IS_REFUSED,)) as page:
        await log_in(page, email, "log-in?next=me")
        await expect(page.get_by_text(email)).to_be_visible()
        await page.get_by_role("link", name="My faces").click()
        await expect(page.get_by_text("No faces yet.")).to_be_visible()
