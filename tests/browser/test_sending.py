"""Sending a recording: what the page says when the service refuses it, and that no try is a second request."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, FilePayload, Page, Route, expect

from browser.axe import assert_accessible
from browser.texts import Texts
from browser.visitors import visitor
from browser.way import Way, address_of, label_of
from domain.user import Language
from e2e.service import Service, running
from e2e.voices import short_voice

pytestmark = pytest.mark.asyncio(loop_scope="session")

SAY = Texts(Language.ENGLISH)
SOUND = FilePayload(name="voice.wav", mimeType="audio/wav", buffer=short_voice())
REFUSED = r"status of (4\d\d|503)"
"""What the console says about an answer that refuses."""
NO_STORE = "indexedDB.open = () => { throw new DOMException('', 'InvalidStateError') }"
FAIL_ONCE = """() => {
    indexedDB.open = () => {
        delete indexedDB.open
        throw new DOMException('', 'UnknownError')
    }
}"""
LINKS = {
    "guest_limit": ["way.sign_up", "way.faces"],
    "voice_silent": ["way.record"],
    "quota_exceeded": ["way.faces"],
    "address_not_confirmed": ["way.me"],
}
"""Where the reader is led for some problems."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service for all visitors."""
    with running(Service(data=tmp_path_factory.mktemp("sending") / "data")) as service:
        yield service


async def choose_file(page: Page, service: Service, say: Texts = SAY) -> Way:
    """Choose a recording, and go on to the questions about it."""
    way = Way(page, say)
    await way.choose_file(address_of(service), SOUND)
    await expect(way.age()).to_be_visible()
    return way


class Answers:
    """Answers of the service that a test decides; `keys` are the Idempotency-Keys of what was sent."""

    def __init__(self) -> None:
        self.code = "voice_silent"
        self.status = 422
        self.headers: Mapping[str, str] = {}
        self.keys: list[str] = []

    async def begin(self, page: Page) -> None:
        """Answer in place of the service."""
        await page.route("**/api/v1/mz-request", self.refuse)

    async def refuse(self, route: Route) -> None:
        self.keys.append(route.request.headers["idempotency-key"])
        problem = {"code": self.code, "error": f"English: {self.code}"}
        await route.fulfill(status=self.status, body=json.dumps(problem), headers=dict(self.headers))


async def test_what_is_missing_is_said_beside_it(chromium: Browser, service: Service) -> None:
    async with visitor(chromium) as page:
        way = await choose_file(page, service)
        await assert_accessible(page)
        await way.button("about-you.button").click()
        await expect(page.get_by_text(SAY("about-you.age.wrong", youngest=14, oldest=120))).to_be_visible()
        await expect(way.age()).to_be_focused()
        await way.age().fill("35")
        await way.button("about-you.button").click()
        await expect(page.get_by_text(SAY("about-you.gender.missing"))).to_be_visible()
        await assert_accessible(page)


async def test_each_refusal_is_told_in_korean_and_leads_on(chromium: Browser, service: Service) -> None:
    say = Texts(Language.KOREAN)
    answers = Answers()
    async with visitor(chromium, say.locale, expected=REFUSED) as page:
        await answers.begin(page)
        way = await choose_file(page, service, say)
        await way.age().fill("35")
        await label_of(way.man()).click()
        for code, links in LINKS.items():
            answers.code = code
            await way.button("about-you.button").click()
            sentence = page.get_by_text(say(f"problem.{code}"))
            await expect(sentence).to_be_focused()
            for link in links:
                await expect(way.link(link)).to_be_visible()
        assert len(set(answers.keys)) == 1  # a refused call has made nothing, and its key is free
        answers.code = "key_reused"
        await way.button("about-you.button").click()
        await expect(page.get_by_text(say("problem.key_reused"))).to_be_focused()
        await way.button("about-you.button").click()
        await expect(page.get_by_text(say("problem.key_reused"))).to_be_focused()
        assert len(set(answers.keys)) == 2


async def test_a_try_that_may_have_arrived_is_repeated_with_its_key(
    chromium: Browser, service: Service
) -> None:
    answers = Answers()
    answers.code, answers.status, answers.headers = "service_unavailable", 503, {"Retry-After": "30"}
    async with visitor(chromium, expected=REFUSED) as page:
        await answers.begin(page)
        way = await choose_file(page, service)
        await way.agree()
        await way.button("sending.now").click()
        await expect(way.button("sending.now")).to_be_visible()
        await way.expect_title("sending.title")
        await expect(page).to_have_title(f"{SAY('sending.title')} · Voice2Face")
        await assert_accessible(page)
        await way.button("sending.cancel").click()
        await expect(page.get_by_text(SAY("sending.cancelled"))).to_be_focused()
        await way.button("about-you.button").click()
        await expect(way.button("sending.now")).to_be_visible()
        await page.reload()
        await expect(way.button("sending.now")).to_be_visible()
        assert len(answers.keys) >= 4
        assert len(set(answers.keys)) == 1
        await way.button("sending.cancel").click()
        await way.agree("36")
        await expect(way.button("sending.now")).to_be_visible()
        assert len(set(answers.keys)) == 2  # with another age it is another call
        await page.get_by_role("navigation").get_by_role("link", name=SAY("nav.faces")).click()
        await way.link("record.kept.send").click()
        await expect(way.button("sending.now")).to_be_visible()


async def test_what_may_have_arrived_a_day_ago_is_sent_again_only_by_the_button(
    chromium: Browser, service: Service
) -> None:
    answers = Answers()
    answers.code, answers.status, answers.headers = "service_unavailable", 503, {"Retry-After": "30"}
    async with visitor(chromium, expected=REFUSED) as page:
        await answers.begin(page)
        way = await choose_file(page, service)
        await way.agree()
        await expect(way.button("sending.now")).to_be_visible()
        await page.clock.set_fixed_time(datetime.now(UTC) + timedelta(hours=23, minutes=1))
        await page.reload()
        await expect(page.get_by_text(SAY("problem.sent_long_ago"))).to_be_focused()
        await expect(way.link("way.faces")).to_be_visible()
        assert len(answers.keys) == 1
        await way.button("about-you.button").click()
        await expect(way.button("sending.now")).to_be_visible()
        assert len(set(answers.keys)) == 2  # the service has forgotten the first key


async def test_nothing_is_sent_whose_key_the_browser_cannot_keep(chromium: Browser, service: Service) -> None:
    async with visitor(chromium) as page:
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
        way = await choose_file(page, service)
        await page.evaluate(f"() => {{ {NO_STORE} }}")
        await way.agree()
        await expect(page.get_by_text(SAY("about-you.not_written"))).to_be_focused()
        assert sent == []
        await page.evaluate(FAIL_ONCE)
        await way.button("about-you.button").click()
        await page.wait_for_url("**/faces/*")
        assert len([url for url in sent if url.endswith("/mz-request")]) == 1


async def test_a_changed_notice_is_shown_again(chromium: Browser, service: Service) -> None:
    async with visitor(chromium, expected=REFUSED) as page:
        before = json.dumps({"guests": True, "notice_version": "2020-01", "youngest": 14})
        await page.route("**/api/v1/service", lambda route: route.fulfill(body=before), times=1)
        way = await choose_file(page, service)
        await way.agree()
        await expect(page.get_by_text("The current privacy notice is")).to_be_focused()
        await expect(page.get_by_text(SAY("privacy.open", version="2026-12"))).to_be_visible()
        await way.button("about-you.button").click()
        await page.wait_for_url("**/faces/*")


async def test_a_guest_who_is_gone_can_go_on_as_another_one(chromium: Browser, service: Service) -> None:
    async with visitor(chromium, expected=REFUSED) as page:
        way = await choose_file(page, service)
        await page.evaluate("localStorage.setItem('login', 'guest-0-0')")
        await page.reload()
        await way.agree()
        await page.wait_for_url("**/faces/*")


async def test_where_guests_are_off_the_way_leads_over_a_login(chromium: Browser, service: Service) -> None:
    async with visitor(chromium) as page:
        rules = json.dumps({"guests": False, "notice_version": "2026-12", "youngest": 14})
        await page.route("**/api/v1/service", lambda route: route.fulfill(body=rules))
        way = Way(page, SAY)
        await way.choose_file(address_of(service), SOUND)
        await expect(page.get_by_text(SAY("about-you.needs_account"))).to_be_visible()
        await assert_accessible(page)
        await expect(way.link("way.sign_up")).to_be_visible()
        await way.link("way.log_in").click()
        await page.wait_for_url("**/log-in?next=about-you")


async def test_without_guests_those_who_are_logged_out_are_told_to_log_in(
    chromium: Browser, service: Service
) -> None:
    answers = Answers()
    answers.code, answers.status = "not_logged_in", 401
    async with visitor(chromium, expected=REFUSED) as page:
        await answers.begin(page)
        way = await choose_file(page, service)
        rules = json.dumps({"guests": False, "notice_version": "2026-12", "youngest": 14})
        await page.route("**/api/v1/service", lambda route: route.fulfill(body=rules))
        await way.agree()
        await expect(page.get_by_text(SAY("about-you.logged_out"), exact=True)).to_be_focused()
        await way.expect_title("about-you.title")


async def test_a_browser_that_keeps_nothing_says_so_and_sends(chromium: Browser, service: Service) -> None:
    async with visitor(chromium) as page:
        await page.add_init_script(NO_STORE)
        way = Way(page, SAY)
        await page.goto(f"{address_of(service)}record")
        await page.locator("input[type=file]").set_input_files(SOUND)
        await expect(page.get_by_text(SAY("record.only_here"))).to_be_visible()
        await way.link("record.use").click()
        await way.agree()
        await page.wait_for_url("**/faces/*")
