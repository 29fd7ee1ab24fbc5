"""The pages to which the links in mails lead."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.async_api import Browser, Locator, Page, expect

from browser.visitors import visitor
from e2e.outbox import link_in, wait_for_mail
from e2e.service import TIMEOUT, Service, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

ACCOUNT = {"email": "ann@example.org", "password": "correct horse"}
NEW = "another good horse"
REFUSED = r"status of (404|422)"
"""What the console says of a link or a password that is refused."""
USED = "This link was used already, or it has expired. Ask for another mail."
OVER = (
    "This link does not work any more. If you have used it, your address is confirmed. "
    "If not, log in and ask for another mail."
)


@pytest.fixture
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with one account, whose first mail asks to confirm its address."""
    with running(Service(data=tmp_path_factory.mktemp("pages") / "data")) as service:
        httpx.post(f"{service.url}/users", data=ACCOUNT, timeout=TIMEOUT).raise_for_status()
        wait_for_mail(service, 1)
        yield service


def log_in(service: Service, password: str) -> int:
    given = {**ACCOUNT, "password": password}
    return httpx.post(f"{service.url}/auth", data=given, timeout=TIMEOUT).status_code


def told(page: Page) -> Locator:
    """Return what the page tells the reader."""
    return page.get_by_role("status").filter(has_text=re.compile(r"\S"))


async def expect_title(page: Page, title: str) -> None:
    """Expect a page's title and heading to be this one."""
    await expect(page).to_have_title(f"{title} · Voice2Face")
    await expect(page.get_by_role("heading")).to_have_text(title)


async def test_the_link_of_a_mail_confirms_an_address_once(chromium: Browser, service: Service) -> None:
    link = link_in(wait_for_mail(service, 1))
    async with visitor(chromium) as page:
        await page.goto(link)
        await page.get_by_role("button", name="Confirm my address").click()
        await expect(told(page)).to_have_text("Your e-mail address is confirmed.")
        await expect_title(page, "Address confirmed")
        assert "#" not in page.url
        await page.get_by_role("main").get_by_role("link", name="Log in").click()
        await page.wait_for_url("**/log-in?next=faces")
    async with visitor(chromium, expected=REFUSED) as page:
        await page.goto(link)
        await page.get_by_role("main").get_by_role("button").click()
        await expect(told(page)).to_have_text(OVER)
        await expect_title(page, "Confirm your e-mail address")
        await expect(page.get_by_role("main").get_by_role("button")).to_have_count(0)
        await page.evaluate("localStorage.setItem('login', 'user-0-0')")
        await page.goto(link)
        await page.get_by_role("main").get_by_role("button").click()
        await expect(page.get_by_role("main").get_by_role("link", name="To my account")).to_be_visible()


async def test_a_forgotten_password_is_reset_by_keyboard_alone(chromium: Browser, service: Service) -> None:
    async with visitor(chromium) as page:
        await page.goto(f"{service.url.removesuffix('/api/v1')}/account/reset")
        await page.get_by_label("E-mail address of your account").focus()
        await page.keyboard.type("ann@example.org")
        await page.keyboard.press("Enter")
        await expect(told(page)).to_contain_text("This service does not send mails yet")
        await expect_title(page, "Check your mail")
    link = link_in(wait_for_mail(service, 2))
    async with visitor(chromium, expected=REFUSED) as page:
        await page.goto(link)
        password = page.get_by_label("New password")
        await password.focus()
        await page.keyboard.type("password1")
        await page.keyboard.press("Enter")
        await expect(told(page)).to_contain_text("one of the first that are guessed")
        await expect(told(page)).to_be_focused()
        await password.fill("")
        await password.focus()
        await page.keyboard.type(NEW)
        await page.keyboard.press("Tab")
        await page.keyboard.press("Space")
        assert await password.get_attribute("type") == "text"
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(told(page)).to_have_text("Your password is changed. Log in with the new one.")
        await expect_title(page, "Password changed")
    assert (log_in(service, "correct horse"), log_in(service, NEW)) == (401, 200)
    async with visitor(chromium, expected=REFUSED) as page:
        await page.goto(link)
        await page.get_by_label("New password").fill("a third good horse")
        await page.get_by_role("button", name="Change the password").click()
        await expect(told(page)).to_have_text(USED)
        await expect(page.get_by_label("E-mail address of your account")).to_be_visible()


async def test_the_pages_speak_korean_to_those_who_prefer_it(chromium: Browser, service: Service) -> None:
    link = link_in(wait_for_mail(service, 1))
    async with visitor(chromium, "ko-KR", expected=REFUSED) as page:
        await page.goto(link[:-4])  # cut off
        await page.get_by_role("button", name="이메일 주소 인증하기").click()
        await expect(told(page)).to_contain_text("이 링크는 더 이상 사용할 수 없습니다.")
        assert await page.locator("html").get_attribute("lang") == "ko"
        await page.goto(link.replace("confirm#", "reset#"))
        await page.get_by_label("새 비밀번호").fill("password1")
        await page.get_by_role("button", name="비밀번호 변경하기").click()
        await expect(told(page)).to_contain_text("이 링크는 이미 사용되었거나")


async def test_a_page_says_so_when_the_service_cannot_be_reached(chromium: Browser, service: Service) -> None:
    link = link_in(wait_for_mail(service, 1))
    async with visitor(chromium, expected="ERR_INTERNET_DISCONNECTED") as page:
        await page.goto(link)
        await expect(page.get_by_role("button", name="Confirm my address")).to_be_visible()
        await page.context.set_offline(True)
        await page.get_by_role("main").get_by_role("button").click()
        await expect(told(page)).to_contain_text("The service cannot be reached")
        await page.context.set_offline(False)
        await page.get_by_role("main").get_by_role("button").click()
        await expect(told(page)).to_contain_text("is confirmed")


async def test_a_page_without_scripts_shows_no_button_that_does_nothing(
    chromium: Browser, service: Service
) -> None:
    link = link_in(wait_for_mail(service, 1))
    async with visitor(chromium, has_scripts=False) as page:
        await page.goto(link)
        await expect(page.get_by_role("heading")).to_be_visible()
        await expect(page.get_by_role("button")).to_have_count(0)
