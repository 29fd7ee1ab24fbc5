"""One request on the page: watched, its two faces compared and rated, saved, made again and deleted."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, Page, Request, Route, ViewportSize, expect

from browser.films import replace_films
from browser.sent import Sent, agree, erase, is_erased, send, send_and_wait, withdraw
from browser.texts import Texts
from domain.user import Language
from doubles.faces import SLOW_AGE
from e2e.service import Service, running, sign_up

pytestmark = pytest.mark.asyncio(loop_scope="session")

KOREAN = Texts(Language.KOREAN)
SECONDS = 4.0
"""How long the films are whose playing is measured."""
MOST_PLAYS = 6

PLAY = """() => new Promise(resolve => {
    const videos = [...document.querySelectorAll("video")]
    const begun = [], shown = new Map(), apart = []
    for (const [index, video] of videos.entries()) {
        const onFrame = (now, {mediaTime, expectedDisplayTime}) => {
            begun[index] ??= expectedDisplayTime
            shown.set(video, mediaTime - expectedDisplayTime / 1000)
            if (shown.size === 2) apart.push(Math.abs(shown.get(videos[0]) - shown.get(videos[1])))
            video.requestVideoFrameCallback(onFrame)
        }
        video.requestVideoFrameCallback(onFrame)
    }
    videos[0].addEventListener("ended", () => setTimeout(() => resolve({
        started: Math.abs(begun[0] - begun[1]),
        apart: apart.sort((one, other) => one - other)[Math.floor(apart.length / 2)] * 1000,
        frames: apart.length,
        ends: videos.map(video => video.currentTime),
        muted: videos.map(video => video.muted),
    }), 300))
    document.querySelector("button.play").click()
})"""
"""Plays both films, and tells in ms how far apart they began, and how far apart most of their frames were."""


NOTIFICATION = """window.notified = new Promise(resolve => {
    window.Notification = class {
        static permission = "granted"
        static requestPermission = async () => "granted"
        constructor(title) {
            window.notification = this
            resolve(title)
        }
        close() {}
    }
})"""
NOTIFY = """async ([request, job]) => {
    const main = document.querySelector("script[type=module]").src
    const {notifyWhenDone} = await import(main.replace("app/main.js", "face/notifying.js"))
    await notifyWhenDone(request, job)
    return window.notified
}"""


ERASE_FACES = "UPDATE generations SET {} WHERE id = ?".format(
    ", ".join(
        f"{kind}_{file}_key = NULL"
        for kind in ("voice", "condition")
        for file in ("portrait", "video", "loop")
    )
)
AT_ONCE = 5_000
"""Milliseconds; a stream that is silent is given up after 25 s."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that makes faces at once."""
    data = tmp_path_factory.mktemp("comparing") / "data"
    environment = {"FAST_FACE_SECONDS": "0.2", "V2F_QUOTA_OPEN_REQUESTS": "0"}
    with running(Service(data=data, environment=environment)) as service:
        yield service


@pytest.fixture(scope="module")
def user(service: Service) -> Iterator[httpx.Client]:
    """A user of the service."""
    with sign_up(service) as user:
        yield user


def change_in_database(service: Service, statement: str, key: str) -> None:
    with sqlite3.connect(service.data / "voice2face.db") as database:
        assert database.execute(statement, [key]).rowcount == 1


@asynccontextmanager
async def browser_of(
    chromium: Browser, service: Service, locale: str = "en-GB", width: int = 1280
) -> AsyncIterator[BrowserContext]:
    """A browser in which the user is logged in; a script's error that is not caught fails the test."""
    size = ViewportSize(width=width, height=800)
    context = await chromium.new_context(locale=locale, viewport=size, reduced_motion="reduce")
    faults: list[str] = []
    context.on("weberror", lambda error: faults.append(str(error.error)))
    account = {"email": "ann@example.org", "password": "correct horse"}
    answer = await context.request.post(f"{service.url}/auth/sessions", data=account)
    assert answer.ok
    await context.add_init_script(
        "if (location.protocol === 'http:')"
        " for (const key of ['has-session', 'login']) localStorage.setItem(key, 'user')"
    )
    yield context
    await context.close()
    assert faults == []


async def open_request(context: BrowserContext, service: Service, sent: Sent) -> Page:
    page = await context.new_page()
    await page.goto(f"{service.url.removesuffix('/api/v1')}/faces/{sent.request_id}")
    return page


def stars(page: Page, face: str, number: int) -> Any:
    return page.get_by_role("group", name=f"Face {face}").get_by_role("radio").nth(number - 1)


async def test_faces_are_played_then_rated_and_only_then_named(
    chromium: Browser, service: Service, user: httpx.Client
) -> None:
    sent = send_and_wait(user)
    async with browser_of(chromium, service, width=320) as context:
        page = await open_request(context, service, sent)
        await expect(page.get_by_role("heading", name="Which face suits your voice?")).to_be_visible()
        await expect(page.get_by_text("from your voice", exact=True)).to_be_hidden()
        await page.get_by_role("button", name="Play both").click()
        await expect(page.get_by_role("button", name="Play again")).to_be_visible()
        await stars(page, "A", 4).check(force=True)
        await expect(page.get_by_text("from your voice", exact=True)).to_be_hidden()
        await stars(page, "B", 2).check(force=True)
        await expect(page.get_by_role("heading", name="was made from your voice")).to_be_focused()
        await expect(page.get_by_text("from your voice", exact=True)).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") == 320
        rated = {sent.result()[f"{kind}_image_rating"] for kind in ("voice", "condition")}
        assert rated == {4, 2}
        await page.reload()
        await expect(page.get_by_role("heading", name="was made from your voice")).to_be_visible()
        await expect(stars(page, "A", 4)).to_be_checked()


async def test_both_films_start_together_stay_together_and_one_is_heard(
    chromium: Browser, service: Service, user: httpx.Client
) -> None:
    sent = send_and_wait(user)
    await asyncio.to_thread(replace_films, service.data, sent.result_id, SECONDS)
    async with browser_of(chromium, service) as context:
        page = await open_request(context, service, sent)
        await expect(page.get_by_role("button", name="Play both")).to_be_visible()
        # What else the machine does can hold up a frame; so one undisturbed play of several is enough.
        for _ in range(MOST_PLAYS):
            told = await page.evaluate(PLAY)
            if max(told["started"], told["apart"]) <= 40:
                break
        else:
            pytest.fail(f"ms apart: {told}")
        assert told["frames"] > SECONDS * 10
        assert told["muted"] == [False, True]
        assert told["ends"] == pytest.approx([SECONDS, SECONDS], abs=0.15)


async def test_stars_are_chosen_by_the_keyboard_and_sent_once_they_are_settled(
    chromium: Browser, service: Service, user: httpx.Client
) -> None:
    sent = send_and_wait(user)
    async with browser_of(chromium, service) as context:
        page = await open_request(context, service, sent)
        ratings: list[Any] = []

        def keep(call: Request) -> None:
            if call.method == "PATCH":
                ratings.append(call.post_data_json)

        page.on("request", keep)
        await page.get_by_role("button", name="Play both").focus()
        await page.keyboard.press("Tab")
        for _ in range(3):
            await page.keyboard.press("ArrowRight")
        await expect(stars(page, "A", 4)).to_be_checked()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Space")
        await page.keyboard.press("ArrowRight")
        await expect(page.get_by_text("then press Enter").last).to_be_visible()
        await page.wait_for_timeout(1500)
        assert len(ratings) == 1
        await page.keyboard.press("Enter")
        named = page.get_by_role("heading", name="was made from your voice")
        await expect(named).to_be_focused()
        for seen in (named, page.get_by_text("You gave it"), page.get_by_text("from your voice", exact=True)):
            await expect(seen).to_be_in_viewport(ratio=1)
        assert [(rating["rating"], rating["named"]) for rating in ratings] == [(4, False), (2, False)]
        assert {rating["shown_first"] for rating in ratings} == {ratings[0]["type"]}
        await stars(page, "B", 5).check(force=True)
        await expect(page.get_by_text("5 stars").last).to_be_visible()
        assert ratings[2:] == [{**ratings[1], "rating": 5, "named": True}]


async def test_a_star_that_the_mouse_presses_counts_in_place_of_those_that_the_keys_passed(
    chromium: Browser, service: Service, user: httpx.Client
) -> None:
    sent = send_and_wait(user)
    async with browser_of(chromium, service) as context:
        page = await open_request(context, service, sent)
        await stars(page, "B", 3).check(force=True)
        await stars(page, "A", 1).focus()
        await page.keyboard.press("Space")
        await page.keyboard.press("ArrowRight")
        await page.get_by_role("group", name="Face A").locator("label").nth(4).click(delay=150)
        await expect(page.get_by_role("heading", name="was made from your voice")).to_be_focused()
        assert {sent.result()[f"{kind}_image_rating"] for kind in ("voice", "condition")} == {5, 3}


async def test_what_is_typed_stays_while_another_request_is_erased(
    chromium: Browser, service: Service, user: httpx.Client
) -> None:
    sent = send_and_wait(user)
    async with browser_of(chromium, service) as context:
        page = await open_request(context, service, sent)
        await page.get_by_role("button", name="Show me which is which").click()
        await page.get_by_text("Two minutes? Tell us what you think").click()
        opinion = page.get_by_label("What should be better?")
        await opinion.fill("The hair.")
        await page.evaluate("dispatchEvent(new CustomEvent('gone', {detail: 'mz-request/other/status/1'}))")
        await page.wait_for_timeout(1000)
        await expect(opinion).to_have_value("The hair.")
        path = f"mz-request/{sent.request_id}/status/1"
        await page.evaluate(f"dispatchEvent(new CustomEvent('gone', {{detail: '{path}'}}))")
        await expect(opinion).to_have_value("")


async def test_the_second_of_two_tabs_that_make_faces_again_shows_those_of_the_first(
    chromium: Browser, service: Service, user: httpx.Client
) -> None:
    sent = send_and_wait(user)
    async with browser_of(chromium, service) as context:
        first = await open_request(context, service, sent)
        await first.get_by_role("button", name="Show me which is which").click()
        pages = [first, await open_request(context, service, sent)]  # which knows that the names were told
        for page in pages:
            await page.get_by_text("Make them again with other wishes").click()
        await pages[1].route("**/mz-result", answer_in_flight)
        async with pages[0].expect_response(
            lambda answer: answer.request.method == "POST" and answer.url.endswith("/mz-result")
        ):
            await pages[0].get_by_role("button", name="Make them again").click()
        # Only now, since it is told that the first has begun.
        await pages[1].get_by_role("button", name="Make them again").click()
        await expect(pages[0].get_by_role("button", name="Show them")).to_be_visible()
        # The other tab may come so late that they are made already.
        versions = pages[1].get_by_role("group", name="Results of this recording")
        await expect(pages[1].get_by_role("button", name="Show them").or_(versions)).to_be_visible()


async def answer_in_flight(route: Route) -> None:
    """Answer as where another tab has just begun."""
    if route.request.method == "POST":
        problem = {"code": "generation_in_flight", "error": "Faces are being made."}
        await route.fulfill(status=409, json=problem)
    else:
        await route.continue_()


async def test_the_names_are_told_without_a_rating_and_ratings_after_that_say_so(
    chromium: Browser, service: Service, user: httpx.Client
) -> None:
    sent = send_and_wait(user)
    async with browser_of(chromium, service) as context:
        page = await open_request(context, service, sent)
        await page.get_by_role("button", name="Show me which is which").click()
        await expect(page.get_by_role("heading", name="was made from your voice")).to_be_focused()
        await page.reload()
        async with page.expect_request(lambda call: call.method == "PATCH") as sending:
            await stars(page, "A", 3).check(force=True)
        fields: Any = (await sending.value).post_data_json
        assert fields["named"] is True


async def test_a_rating_that_is_lost_is_sent_again_at_a_press(
    chromium: Browser, service: Service, user: httpx.Client
) -> None:
    sent = send_and_wait(user)
    async with browser_of(chromium, service) as context:
        page = await open_request(context, service, sent)
        await page.get_by_role("button", name="Play both").wait_for()
        await context.set_offline(True)
        await stars(page, "A", 4).check(force=True)
        await expect(page.get_by_role("alert").filter(has_text="Your stars were not saved.")).to_be_visible()
        await context.set_offline(False)
        async with page.expect_response(lambda answer: answer.request.method == "PATCH") as answering:
            await page.get_by_role("button", name="Send again").click()
        assert (await answering.value).ok
        await expect(page.get_by_role("alert").filter(has_text="not saved")).to_have_count(0)


async def test_a_request_is_cancelled_after_a_question(
    chromium: Browser, service: Service, user: httpx.Client
) -> None:
    sent = send(user, age=SLOW_AGE)
    async with browser_of(chromium, service) as context:
        page = await open_request(context, service, sent)
        cancel = page.get_by_role("button", name="Cancel")
        await cancel.click()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(cancel).to_be_focused()
        await cancel.click()
        await page.get_by_role("button", name="Stop and delete").click()
        await expect(page.get_by_role("heading", name="Deleted")).to_be_focused()
        await page.reload()
        await expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    assert is_erased(sent)


async def test_a_request_that_failed_says_why_in_the_language_of_the_page(
    chromium: Browser, service: Service, user: httpx.Client
) -> None:
    consent = agree(user)
    sent = send(user, age=SLOW_AGE)
    async with browser_of(chromium, service, "ko-KR", width=320) as context:
        page = await open_request(context, service, sent)
        await expect(page.get_by_role("heading", name=KOREAN("watch.title"))).to_be_visible()
        withdraw(user, consent)
        await expect(page.get_by_role("heading", name=KOREAN("face.failed.title"))).to_be_focused()
        await expect(page.get_by_text(KOREAN("problem.failed.withdrawn"))).to_be_visible()
        await page.get_by_role("button", name=KOREAN("face.try_again")).click()
        await expect(
            page.get_by_role("status").filter(has_text=KOREAN("problem.consent_withdrawn"))
        ).to_be_visible()
        agree(user)
        await page.get_by_role("button", name=KOREAN("face.try_again")).click()
        await expect(page.get_by_role("heading", name=KOREAN("watch.title"))).to_be_visible()
        erase(sent)
        await expect(page.get_by_role("heading", name=KOREAN("face.erased"))).to_be_visible()


async def test_the_faces_are_found_after_the_service_was_away_and_in_another_tab(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = tmp_path_factory.mktemp("away") / "data"
    service = Service(data=data, environment={"FAST_FACE_SECONDS": "4"})
    with running(service), sign_up(service) as user:
        sent = send(user)
        async with browser_of(chromium, service) as context:
            page = await open_request(context, service, sent)
            closed = await open_request(context, service, sent)
            await expect(closed.get_by_role("heading", name="Your two faces are being made")).to_be_visible()
            await closed.close()
            await expect(page.get_by_text("Filming them as they talk").first).to_be_visible()
            await asyncio.to_thread(service.stop)
            away = page.get_by_role("status").filter(has_text="The service does not answer.")
            await expect(away).to_be_visible()
            await asyncio.to_thread(service.start)
            await expect(away).to_have_count(0, timeout=15_000)
            question = page.get_by_role("heading", name="Which face suits your voice?")
            await expect(question).to_be_focused(timeout=30_000)
            opened = await open_request(context, service, sent)
            await expect(opened.get_by_role("heading", name="Which face suits your voice?")).to_be_visible()


async def test_a_request_of_another_user_is_told_like_one_that_does_not_exist(
    chromium: Browser, service: Service, user: httpx.Client
) -> None:
    with sign_up(service, "bob") as bob:
        sent = send(bob)
    async with browser_of(chromium, service) as context:
        page = await open_request(context, service, sent)
        await expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
        await expect(page.get_by_text("It was deleted, or it belongs to another account.")).to_be_visible()


async def test_a_face_is_saved_by_a_link_that_is_new(
    chromium: Browser, service: Service, user: httpx.Client
) -> None:
    sent = send_and_wait(user)
    async with browser_of(chromium, service) as context:
        page = await open_request(context, service, sent)
        await page.get_by_role("button", name="Show me which is which").click()
        async with (
            page.expect_response(lambda answer: answer.url.endswith(sent.result_path)),
            page.expect_download() as saving,
        ):
            await page.get_by_role("button", name="Save the picture").first.click()
        download = await saving.value
        assert (await download.path()).stat().st_size > 0


async def test_answers_of_the_survey_are_saved(
    chromium: Browser, service: Service, user: httpx.Client
) -> None:
    sent = send_and_wait(user)
    async with browser_of(chromium, service) as context:
        page = await open_request(context, service, sent)
        await page.get_by_role("button", name="Show me which is which").click()
        await page.get_by_text("Two minutes?").click()
        await page.get_by_role("button", name="Send", exact=True).click()
        await expect(page.get_by_text("Answer at least one question.")).to_be_visible()
        await page.get_by_label("Perhaps").check()
        await page.get_by_label("What should be better?").fill("More hats.")
        await page.get_by_role("button", name="Send", exact=True).click()
        await expect(page.get_by_text("Thank you. Your answers are saved.")).to_be_visible()
    assert sent.result()["survey"] == 1


async def test_faces_are_made_again_with_other_wishes(
    chromium: Browser, service: Service, user: httpx.Client
) -> None:
    sent = send_and_wait(user)
    async with browser_of(chromium, service) as context:
        page = await open_request(context, service, sent)
        await page.get_by_role("button", name="Show me which is which").click()
        await page.get_by_text("Make them again with other wishes").click()
        await page.get_by_label("Olive").check(force=True)
        async with page.expect_request(lambda call: call.method == "POST") as asking:
            await page.get_by_role("button", name="Make them again").click()
        call = await asking.value
        wanted = {"skin_tone": "olive", "hair_style": None, "hair_colour": None, "glasses": False}
        assert call.post_data_json == wanted
        assert len(call.headers["idempotency-key"]) == 32
        await page.get_by_role("button", name="Show them").click(timeout=30_000)
        await expect(page.get_by_role("heading", name="Which face suits your voice?")).to_be_focused()
        earlier = page.get_by_role("group", name="Results of this recording").get_by_role("button")
        await expect(earlier.first).to_have_accessible_name(re.compile("^2: made "))
        await expect(earlier.last).to_have_accessible_name(re.compile("^1: made "))
        await expect(earlier.locator("img")).to_have_count(2)
        await earlier.last.click()
        await expect(page.get_by_role("heading", name="was made from your voice")).to_be_visible()


async def test_the_earlier_faces_stay_while_new_ones_are_made_and_where_that_fails(
    chromium: Browser, service: Service, user: httpx.Client
) -> None:
    consent = agree(user)
    sent = send_and_wait(user)
    change_in_database(service, f"UPDATE face_requests SET age = {SLOW_AGE} WHERE id = ?", sent.request_id)
    async with browser_of(chromium, service, width=320) as context:
        page = await open_request(context, service, sent)
        await page.get_by_role("button", name="Show me which is which").click()
        await page.get_by_text("Make them again with other wishes").click()
        await page.get_by_role("button", name="Make them again").click()
        await expect(page.get_by_text("New faces are being made")).to_be_in_viewport()
        await expect(page.get_by_role("progressbar")).to_be_visible()
        await expect(page.locator("video")).to_have_count(2)
        await expect(page.get_by_role("button", name="Make them again")).to_be_hidden()
        gallery = await context.new_page()
        await gallery.goto(f"{service.url.removesuffix('/api/v1')}/faces")
        card = gallery.get_by_role("listitem").first
        await expect(card.locator("img")).to_have_count(2)
        await expect(card.get_by_text(re.compile(r"^New faces: \d+%"))).to_be_visible()
        withdraw(user, consent)
        failed = page.get_by_role("status").filter(has_text="New faces could not be made")
        await expect(failed).to_be_visible()
        await expect(page.locator("video")).to_have_count(2)
        await expect(card.get_by_text("New faces could not be made")).to_be_visible()
        await expect(card.locator("img")).to_have_count(2)
        await page.reload()
        await expect(failed).to_be_visible()
        await expect(page.locator("video")).to_have_count(2)
        agree(user)
        await page.get_by_role("button", name="Try again").click()
        await expect(page.get_by_text("New faces are being made")).to_be_visible()
        erase(sent)
        await expect(page.get_by_role("heading", name="Deleted")).to_be_focused()


async def rate(page: Page) -> None:
    await stars(page, "A", 3).check(force=True)


async def save(page: Page) -> None:
    await page.get_by_role("button", name="Save the video").first.click()


async def share(page: Page) -> None:
    await page.get_by_role("button", name="Share by a link").click()


async def answer(page: Page) -> None:
    await page.get_by_text("Two minutes?").click()
    await page.get_by_label("Perhaps").check()
    await page.get_by_role("button", name="Send", exact=True).click()


@pytest.mark.parametrize("act", [rate, save, share, answer])
async def test_faces_that_another_tab_has_deleted_are_told_as_deleted(
    chromium: Browser, service: Service, user: httpx.Client, act: Callable[[Page], Awaitable[None]]
) -> None:
    sent = send_and_wait(user)
    async with browser_of(chromium, service) as context:
        page = await open_request(context, service, sent)
        await page.get_by_role("button", name="Show me which is which").click()
        other = await open_request(context, service, sent)
        await other.get_by_role("button", name="Delete this recording").click()
        await other.get_by_role("dialog").get_by_role("button", name="Delete").click()
        await expect(other.get_by_role("heading", name="Deleted")).to_be_focused()
        await act(page)
        await expect(page.get_by_role("heading", name="Deleted")).to_be_focused()


@pytest.mark.parametrize("act", [rate, save, share, answer])
async def test_faces_that_were_kept_for_their_time_are_told_as_erased(
    chromium: Browser, service: Service, user: httpx.Client, act: Callable[[Page], Awaitable[None]]
) -> None:
    sent = send_and_wait(user)
    async with browser_of(chromium, service) as context:
        page = await open_request(context, service, sent)
        await page.get_by_role("button", name="Show me which is which").click()
        change_in_database(service, ERASE_FACES, sent.result_id)
        await act(page)
        await expect(page.get_by_role("heading", name="These faces were erased")).to_be_focused()
        await expect(page.get_by_text("This service keeps faces for a limited time.")).to_be_visible()


async def test_a_lost_connection_is_told_at_once_and_so_is_its_end(
    chromium: Browser, service: Service, user: httpx.Client
) -> None:
    sent = send(user, age=SLOW_AGE)
    async with browser_of(chromium, service) as context:
        page = await open_request(context, service, sent)
        # Nothing new happens to the job for longer than `AT_ONCE` after that.
        await expect(page.get_by_role("status").filter(has_text="Filming them as they talk")).to_be_visible()
        await context.set_offline(True)
        away = page.get_by_role("status").filter(has_text="The service does not answer.")
        await expect(away).to_be_visible(timeout=AT_ONCE)
        await context.set_offline(False)
        await expect(away).to_have_count(0, timeout=AT_ONCE)
    erase(sent)


async def test_a_notification_leads_to_its_faces(
    chromium: Browser, service: Service, user: httpx.Client
) -> None:
    sent = send_and_wait(user)
    async with browser_of(chromium, service) as context:
        page = await context.new_page()
        await page.add_init_script(NOTIFICATION)
        await page.goto(f"{service.url.removesuffix('/api/v1')}/faces")
        assert await page.evaluate(NOTIFY, [sent.request_id, sent.result_id]) == "Your faces are ready"
        await page.evaluate("window.notification.onclick()")
        await page.wait_for_url(f"**/faces/{sent.request_id}")
        await expect(page.get_by_role("heading", name="Which face suits your voice?")).to_be_visible()


async def test_the_page_says_how_to_read_the_chart_and_how_to_use_the_face(
    chromium: Browser, service: Service, user: httpx.Client
) -> None:
    sent = send_and_wait(user)
    async with browser_of(chromium, service, "ko-KR", width=320) as context:
        page = await open_request(context, service, sent)
        await page.get_by_role("button", name=KOREAN("face.skip")).click()
        await expect(page.get_by_text(KOREAN("face.heard.key"))).to_be_visible()
        await page.get_by_text(KOREAN("face.use.title")).click()
        await expect(page.get_by_text(KOREAN("face.use.call"))).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") == 320


async def test_a_recording_plays_by_a_new_link_where_its_own_has_ended(
    chromium: Browser, service: Service, user: httpx.Client
) -> None:
    sent = send_and_wait(user)
    async with browser_of(chromium, service) as context:
        page = await open_request(context, service, sent)
        audio = page.get_by_label("Your recording", exact=True)
        link = await audio.get_attribute("src")
        assert link is not None
        await page.route(link, lambda route: route.fulfill(status=403), times=1)
        await audio.evaluate("audio => audio.play().catch(() => {})")
        await expect(audio).to_have_js_property("error", None)
        await expect(audio).to_have_js_property("readyState", 4)

        erase(sent)
        await audio.evaluate("audio => { audio.src += 'x'; audio.play().catch(() => {}) }")
        await expect(page.get_by_role("heading", name="Deleted")).to_be_visible()


async def test_a_face_is_shared_by_a_link_that_needs_no_login(
    chromium: Browser, service: Service, user: httpx.Client
) -> None:
    sent = send_and_wait(user)
    async with browser_of(chromium, service, width=320) as context:
        page = await open_request(context, service, sent)
        await page.get_by_role("button", name="Show me which is which").click()
        await page.get_by_role("button", name="Share by a link").click()
        await expect(page.get_by_role("status").filter(has_text="It works until")).to_be_visible()
        link = await page.get_by_label("The link").input_value()
    stranger = await chromium.new_page(locale="ko-KR")
    await stranger.goto(link)
    await expect(stranger.get_by_text("말하는 사람의 실제 모습이 아닙니다.")).to_be_visible()
    await expect(stranger.locator("video")).to_have_count(1)
    erase(sent)
    await stranger.reload()
    await expect(stranger.get_by_text(KOREAN("shared.gone"))).to_be_visible()
    await stranger.context.close()
