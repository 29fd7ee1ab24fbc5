"""axe-core finds nothing to mend in any view and state of the page, in both languages, light and dark."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pytest
from playwright.async_api import Browser, Route, expect

from browser.axe import assert_accessible
from browser.sent import erase, send, send_and_fail, send_and_wait
from browser.texts import Texts
from browser.visitors import visitor
from browser.way import OPEN_ALL, Way, address_of, label_of, log_in
from domain.user import Language
from doubles.faces import SLOW_AGE
from e2e.service import Service, running, sign_up

pytestmark = pytest.mark.asyncio(loop_scope="session")

REFUSED = r"status of (404|422|503)|net::ERR_"
"""What the console says of the calls that fail here."""


@dataclass(frozen=True)
class Look:
    """How the page looks to a visitor."""

    language: Language
    theme: Literal["light", "dark"]
    width: int

    @property
    def say(self) -> Texts:
        return Texts(self.language)


@pytest.fixture(
    params=[Look(Language.ENGLISH, "light", 1280), Look(Language.KOREAN, "dark", 320)],
    ids=lambda look: f"{look.language}-{look.theme}-{look.width}",
)
def look(request: pytest.FixtureRequest) -> Look:
    """How the page looks: each language, theme and width once."""
    found: Look = request.param
    return found


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service for all tests."""
    environment = {
        "FAST_FACE_SECONDS": "0",
        "V2F_THROTTLE_GUESTS_AN_HOUR": "0",
        "V2F_QUOTA_OPEN_REQUESTS": "0",
    }
    with running(Service(data=tmp_path_factory.mktemp("axe") / "data", environment=environment)) as service:
        yield service


async def test_the_views_without_an_account(chromium: Browser, service: Service, look: Look) -> None:
    titles = {
        "": "landing.title",
        "record": "record.title",
        "about-you": "about-you.title",
        "log-in": "log_in.title",
        "sign-up": "sign_up.title",
        "account/confirm#token": "confirm.title",
        "account/reset": "reset.title",
        "account/reset#token": "reset.title",
        "shared#token": "shared.title",
        "nothing-here": "not_found.title",
    }
    async with visitor(
        chromium, look.say.locale, width=look.width, theme=look.theme, expected=REFUSED
    ) as page:
        way = Way(page, look.say)
        for path, title in titles.items():
            await page.goto("about:blank")  # else another fragment loads nothing
            await page.goto(f"{address_of(service)}{path}")
            await way.expect_title(title)
            await page.wait_for_load_state("networkidle")
            await page.evaluate(OPEN_ALL)
            await assert_accessible(page)


async def test_the_page_without_a_connection(chromium: Browser, service: Service, look: Look) -> None:
    async with visitor(
        chromium, look.say.locale, width=look.width, theme=look.theme, expected=REFUSED
    ) as page:
        way = Way(page, look.say)
        await page.goto(address_of(service))
        await page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        await page.reload()
        await page.context.set_offline(True)
        await page.goto(f"{address_of(service)}faces")
        await way.expect_title("offline.title")
        await assert_accessible(page)


async def test_recording_and_what_is_asked_then(chromium: Browser, service: Service, look: Look) -> None:
    async with visitor(
        chromium, look.say.locale, width=look.width, theme=look.theme, expected=REFUSED
    ) as page:
        way = Way(page, look.say)
        await page.goto(f"{address_of(service)}record")
        await way.button("record.button.ready").click()
        await way.button("record.button.recording").wait_for()
        await asyncio.sleep(1.5)  # the shortest recording
        await assert_accessible(page)
        await way.button("record.button.recording").click()
        await way.link("record.use").wait_for()
        await assert_accessible(page)
        await page.goto(address_of(service))
        await way.link("record.kept.open").wait_for()
        await assert_accessible(page)
        await page.goto(f"{address_of(service)}about-you")
        await way.button("about-you.button").click()  # nothing is filled in
        await expect(way.age()).to_be_focused()
        await page.evaluate(OPEN_ALL)
        await assert_accessible(page)
        await page.route("**/api/v1/mz-request", lambda route: route.abort())
        await way.agree()
        await way.button("sending.now").wait_for()
        await assert_accessible(page)


async def test_recording_without_the_microphone(chromium: Browser, service: Service, look: Look) -> None:
    async with visitor(
        chromium, look.say.locale, width=look.width, theme=look.theme, has_microphone=False
    ) as page:
        way = Way(page, look.say)
        await page.goto(f"{address_of(service)}record")
        await way.button("record.button.ready").click()
        await expect(page.get_by_text(look.say("record.fault.denied"))).to_be_visible()
        await assert_accessible(page)


async def test_the_faces_of_a_user(chromium: Browser, service: Service, look: Look) -> None:
    name = f"faces-{look.language}"
    with sign_up(service, name) as user:
        async with visitor(
            chromium, look.say.locale, width=look.width, theme=look.theme, expected=REFUSED
        ) as page:
            way = Way(page, look.say)
            await log_in(way, service, name)
            await way.link("faces.first").wait_for()
            await assert_accessible(page)

            await page.route("**/api/v1/mz-request*", refuse)
            await page.reload()
            await way.button("faces.again").wait_for()
            await assert_accessible(page)
            await page.unroute("**/api/v1/mz-request*")

            await asyncio.to_thread(send_and_wait, user)
            await asyncio.to_thread(send_and_fail, user)
            slow = send(user, SLOW_AGE)
            await page.reload()
            await expect(page.get_by_role("main").get_by_role("listitem")).to_have_count(3)
            await assert_accessible(page)
            await page.get_by_role("button", name=look.say("faces.delete", date="")[:4]).first.click()
            await page.get_by_role("dialog").wait_for()
            await assert_accessible(page)
        erase(slow)  # it would be in the way of others


async def refuse(route: Route) -> None:
    """Answer as a service whose database is away."""
    await route.fulfill(status=503, json={"code": "unavailable", "error": "Not now."})


async def test_one_request_of_a_user(chromium: Browser, service: Service, look: Look) -> None:
    name = f"one-{look.language}"
    with sign_up(service, name) as user:
        done, failed, slow = send_and_wait(user), send_and_fail(user), send(user, SLOW_AGE)
        async with visitor(
            chromium, look.say.locale, width=look.width, theme=look.theme, expected=REFUSED
        ) as page:
            way = Way(page, look.say)
            await log_in(way, service, name)
            await page.goto(f"{address_of(service)}faces/{slow.request_id}")
            await way.expect_watching()
            await assert_accessible(page)
            await way.button("watch.cancel").click()
            await page.get_by_role("dialog").wait_for()
            await assert_accessible(page)
            await page.goto(f"{address_of(service)}faces/{failed.request_id}")
            erase(slow)  # else others would wait for it
            await way.expect_title("face.failed.title")
            await assert_accessible(page)
            await page.goto(f"{address_of(service)}faces/{'0' * 32}")
            await way.expect_title("face.gone")
            await assert_accessible(page)
            await page.goto(f"{address_of(service)}faces/{done.request_id}")
            await way.expect_faces()
            await assert_accessible(page)
            await label_of(way.star("A", 4)).click()
            await label_of(way.star("B", 2)).click()
            await way.expect_reveal()
            await page.evaluate(OPEN_ALL)
            await assert_accessible(page)
            await way.button("face.again.button").click()
            await way.button("face.new.show").wait_for()
            await assert_accessible(page)
            await way.button("face.new.show").click()
            await page.get_by_role("group", name=look.say("face.results"), exact=True).wait_for()
            await assert_accessible(page)
            await way.button("face.skip").click()
            await way.button("face.share.button").click()
            await page.get_by_label(look.say("face.share.link"), exact=True).wait_for()
            await assert_accessible(page)
            await page.goto(await page.get_by_label(look.say("face.share.link"), exact=True).input_value())
            await page.get_by_role("main").locator("video, img").first.wait_for()
            await assert_accessible(page)


async def test_what_is_kept_of_a_user(chromium: Browser, service: Service, look: Look) -> None:
    name = f"me-{look.language}"
    with sign_up(service, name):
        async with visitor(chromium, look.say.locale, width=look.width, theme=look.theme) as page:
            way = Way(page, look.say)
            await log_in(way, service, name)
            await page.goto(f"{address_of(service)}me")
            await way.button("erase.button").wait_for()
            await page.evaluate(OPEN_ALL)
            await assert_accessible(page)
            await way.button("erase.button").click()
            await page.get_by_role("dialog").wait_for()
            await assert_accessible(page)
            await page.goto(f"{address_of(service)}log-in")
            await way.link("log_in.go_on").wait_for()
            await assert_accessible(page)
