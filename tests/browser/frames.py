"""Whether two films that play in a page are in sync, as the frames that it really showed tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from statistics import median

from playwright.async_api import Page

RECORD = """() => {
    window.shown = [...document.querySelectorAll("video")].map(film => {
        const frames = []
        const next = () => film.requestVideoFrameCallback((_, {expectedDisplayTime, mediaTime}) => {
            if (!film.paused || frames.length) frames.push([expectedDisplayTime / 1000, mediaTime])
            next()
        })
        next()
        return frames
    })
}"""
PIECE = 0.5
"""Seconds of a film over which the moments of its frames are looked at together: single ones jitter."""
FRAMES_OF_A_PIECE = 4


@dataclass(frozen=True)
class Frame:
    """A frame that a page has shown: when, and which moment of the film; both in seconds."""

    shown_at: float
    moment: float

    @property
    def began_at(self) -> float:
        """When the film would have begun if it had played evenly up to this frame."""
        return self.shown_at - self.moment


async def record_frames(page: Page) -> None:
    """Note each frame of all films from now on."""
    await page.evaluate(RECORD)


async def frames_shown(page: Page) -> Sequence[Sequence[Frame]]:
    """Return the frames that were shown since, film by film."""
    return [[Frame(*frame) for frame in frames] for frames in await page.evaluate("window.shown")]


def apart_at_start(one: Sequence[Frame], other: Sequence[Frame]) -> float:
    """Return how many seconds lie between the first frames of two films that moved; infinite where one did not."""
    first, second = first_that_moved(one), first_that_moved(other)
    return abs(first.began_at - second.began_at) if first and second else inf


def apart(one: Sequence[Frame], other: Sequence[Frame]) -> dict[int, float]:
    """Return how many seconds two films were apart, piece by piece, in those of which enough frames were shown."""
    begins = [pieces(one), pieces(other)]
    both = begins[0].keys() & begins[1].keys()
    return {number: abs(median(begins[0][number]) - median(begins[1][number])) for number in both}


def least_apart(plays: Sequence[Mapping[int, float]], piece: int) -> float:
    """Return how many seconds two films were apart in a piece at best; infinite where too few frames were shown."""
    return min((play[piece] for play in plays if piece in play), default=inf)


def last_moment(frames: Sequence[Frame]) -> float:
    """Return the moment of a film that was shown last; infinite where none was."""
    return frames[-1].moment if frames else inf


def pieces(frames: Sequence[Frame]) -> dict[int, list[float]]:
    """Return when the film seems to have begun, by each piece of it."""
    found: dict[int, list[float]] = {}
    for frame in frames:
        found.setdefault(int(frame.moment / PIECE), []).append(frame.began_at)
    return {number: begins for number, begins in found.items() if len(begins) >= FRAMES_OF_A_PIECE}


def first_that_moved(frames: Sequence[Frame]) -> Frame | None:
    """Return the first frame after the one that a film shows while it stands still, if there is one."""
    return next((frame for before, frame in pairwise(frames) if frame.moment > before.moment), None)
