"""The way through the page: a guest records, watches, compares and rates, and keeps it all by signing up."""

import asyncio
from collections.abc import Iterator

import pytest
from playwright.async_api import Browser, expect

from browser.clicks import Clicks
from browser.keyboard import choose, press, tab_to
from browser.texts import Texts
from browser.visitors import visitor
from browser.way import Way, address_of, label_of
from domain.user import Language
from e2e.service import Service, running
from figures import Tell

pytestmark = pytest.mark.asyncio(loop_scope="session")

PASSWORD = "correct horse"
MOST_CLICKS = 8
WIDTHS = (320, 1280)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service for all visitors, whose faces take a second."""
    environment = {"FAST_FACE_SECONDS": "1", "V2F_THROTTLE_GUESTS_AN_HOUR": "0"}
    with running(Service(data=tmp_path_factory.mktemp("way") / "data", environment=environment)) as service:
        yield service


@pytest.mark.parametrize("language", list(Language))
async def test_a_guest_has_rated_two_films_after_eight_clicks_and_keeps_them_by_signing_up(
    chromium: Browser, service: Service, language: Language, tell_figure: Tell
) -> None:
    # A recording takes its time, also for those who wait beside it.
    async with asyncio.TaskGroup() as visitors:
        ways = [
            visitors.create_task(go_by_clicks(chromium, service, Texts(language), width)) for width in WIDTHS
        ]
    clicks = [way.result() for way in ways]
    tell_figure(f"clicks to two rated films, {language}, at {WIDTHS} px: {clicks}")


async def go_by_clicks(chromium: Browser, service: Service, say: Texts, width: int) -> int:
    """Go the way as a visitor with a mouse, or with a finger; return how many clicks led to the reveal."""
    async with visitor(chromium, say.locale, width=width) as page:
        clicks = await Clicks.of(page.context)
        way = Way(page, say)
        await page.goto(address_of(service))
        await way.link("landing.button").click()
        await way.button("record.button.ready").click()
        await way.expect_recording()
        await way.link("record.use").click()
        await expect(way.age()).to_be_focused()
        await page.keyboard.type("35")
        await label_of(way.man()).click()
        await way.button("about-you.button").click()
        await way.expect_faces()
        await way.button("face.player.paused").click()
        await way.expect_films()
        await label_of(way.star("A", 4)).click()
        await label_of(way.star("B", 2)).click()
        await way.expect_reveal()
        needed = clicks.number
        assert needed <= MOST_CLICKS
        email = f"guest-{say.language}-{width}@example.org"
        await way.link("face.keep.button").click()
        await page.get_by_label(say("sign_up.email"), exact=True).fill(email)
        await page.get_by_label(say("sign_up.password"), exact=True).fill(PASSWORD)
        await page.get_by_role("checkbox", name=say("notice.agree")).click()
        await way.button("sign_up.button").click()
        await way.expect_title("faces.title")
        await way.expect_kept(email)
        return needed


async def test_the_same_way_can_be_gone_by_keyboard_alone(chromium: Browser, service: Service) -> None:
    say = Texts(Language.ENGLISH)
    async with visitor(chromium, say.locale) as page:
        clicks = await Clicks.of(page.context)
        way = Way(page, say)
        await page.goto(address_of(service))
        await press(way.link("landing.button"))
        await press(way.button("record.button.ready"), "Space")
        await press(way.button("record.button.recording"), "Space")
        await press(way.link("record.use"))
        await tab_to(way.age())
        await page.keyboard.type("35")
        await choose(page.locator("[name=gender]").first, way.man())
        await press(way.button("about-you.button"))
        await way.expect_faces()
        await press(way.button("face.player.paused"), "Space")
        await way.expect_films()
        await choose(way.star("A", 1), way.star("A", 4))
        await choose(way.star("B", 1), way.star("B", 2))
        await page.keyboard.press("Enter")
        await way.expect_reveal()
        await press(way.link("face.keep.button"))
        await tab_to(page.get_by_label(say("sign_up.email"), exact=True))
        await page.keyboard.type("keys@example.org")
        await tab_to(page.get_by_label(say("sign_up.password"), exact=True))
        await page.keyboard.type(PASSWORD)
        await press(page.get_by_role("checkbox", name=say("notice.agree")), "Space")
        await press(way.button("sign_up.button"))
        await way.expect_title("faces.title")
        assert clicks.number == 0
        await way.expect_kept("keys@example.org")
