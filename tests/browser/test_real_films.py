"""The studio's own films: both start together and stay in sync to the end; then what was heard is told."""

from collections.abc import Iterator
from math import ceil

import pytest
from playwright.async_api import Browser, expect

from browser.axe import assert_accessible
from browser.frames import PIECE, apart, apart_at_start, frames_shown, last_moment, least_apart, record_frames
from browser.texts import Texts
from browser.visitors import visitor
from browser.way import OPEN_ALL, Way, address_of, label_of, log_in
from domain.user import Language
from e2e.service import REAL_SERVICE, Service, running, sign_up, submit, wait_for
from e2e.voices import SAMPLE
from figures import Tell

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAME = "ann"
DRAWN = 300
"""Seconds within which the studio has drawn both faces, on a busy machine."""
APART = 0.040
"""Seconds; no ear or eye finds less between a voice and lips."""

PLAYED = 240_000
"""Milliseconds; a busy machine loads and plays films of eight seconds slowly."""
CUT = 0.2
"""Seconds at the end of a film whose frames need not be shown."""
MOST_PLAYS = 6
"""What else the machine does can hold up frames; so of each piece one undisturbed play of several is enough."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The real service, with the real studio."""
    with running(Service(data=tmp_path_factory.mktemp("studio") / "data", program=REAL_SERVICE)) as service:
        yield service


@pytest.fixture(scope="module")
def request_id(service: Service) -> str:
    """A request whose faces the studio has made."""
    with sign_up(service, NAME) as user:
        sent: str = submit(user, SAMPLE.read_bytes()).raise_for_status().json()["mz_request_id"]
        assert wait_for(user, sent, DRAWN)["status"] == "Success"
    return sent


async def test_two_films_of_the_studio_start_together_and_stay_in_sync_to_the_end(
    chromium: Browser, service: Service, request_id: str, tell_figure: Tell
) -> None:
    async with visitor(chromium, width=1280, theme="light") as page:
        way = Way(page, Texts(Language.ENGLISH))
        await log_in(way, service, NAME)
        await page.goto(f"{address_of(service)}faces/{request_id}")
        await way.expect_faces()
        started, cut, plays = [], [], []
        for button in ("face.player.paused", *["face.player.ended"] * (MOST_PLAYS - 1)):
            await record_frames(page)
            await way.button(button).click()
            await expect(way.button("face.player.ended")).to_be_hidden()
            await expect(way.button("face.player.ended")).to_be_visible(timeout=PLAYED)
            one, other = await frames_shown(page)
            films = await page.locator("video").all()
            lengths = [await film.evaluate("film => film.duration") for film in films]
            shown = zip(lengths, (one, other), strict=True)
            cut.append(max(abs(length - last_moment(frames)) for length, frames in shown))
            started.append(apart_at_start(one, other))
            plays.append(apart(one, other))
            pieces = [least_apart(plays, piece) for piece in range(ceil(min(lengths) / PIECE))]
            if max(*pieces, min(started)) <= APART and min(cut) <= CUT:
                break
        else:
            pytest.fail(f"seconds apart at the start {started}, in each piece {pieces}, not shown {cut}")
        start, most = min(started), max(pieces)
        tell_figure(f"films apart: {start * 1000:.0f} ms at the start, {most * 1000:.0f} ms at most")

        await label_of(way.star("A", 4)).click()
        await label_of(way.star("B", 2)).click()
        await way.expect_reveal()
        await page.evaluate(OPEN_ALL)
        await assert_accessible(page)
