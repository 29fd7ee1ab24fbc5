"""Says what the mouth of a film does in each sound: `python infra/studio/lips.py AUDIO [LABELS.pho] [options]`.

A line of the labels is `seconds phone`, in the phones of Festival's US English; a phone lasts until the next line. The
exit code is 1 where a bar is missed. Every frame of the recording is drawn, also beyond the eight seconds of a film.

How a phone counts. A frame has the time of its middle. A phone has the frames in its time, moved ahead by the lead of
the lips, or the one nearest to its middle where there is none. The bars hold for both leads: none at all, and `LEAD`.

- closed: in one of the phone's frames no column of the mouth shows more than a pixel of its inside;
- vowel closed: so it is in the frame nearest to the vowel's middle;
- round: in one of its frames `Mouth.rounding` is at least a half; lip at teeth: `Mouth.lip_at_teeth` in one of them.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np
from drawn_mouth import Mouth, MouthGauge
from numpy.typing import NDArray

from adapters.audio.listening import listen
from adapters.faces.studio.anatomy.character import Character
from adapters.faces.studio.design.mapping import design_face
from adapters.faces.studio.design.traits import traits_of
from adapters.faces.studio.engine import samples_of, studio_backdrop, voice_seed
from adapters.faces.studio.film.acting import perform
from adapters.faces.studio.film.articulation import LEAD
from adapters.faces.studio.film.encoder import FRAME_RATE
from adapters.faces.studio.film.phones import PHONE_RATE, PhoneTrack
from adapters.faces.studio.film.video import Video
from adapters.faces.studio.film.visemes import mouth_track
from application.ports.audio import SAMPLE_RATE
from domain.voice import Gender, Person

CLOSED = frozenset({"m", "b", "p", "bcl", "pcl"})
ROUND = frozenset({"uw", "ow", "uh", "ao", "oy", "w"})
AT_TEETH = frozenset({"f", "v"})
VOWELS = frozenset(
    {
        "aa",
        "ae",
        "ah",
        "ao",
        "aw",
        "ax",
        "axr",
        "ay",
        "eh",
        "er",
        "ey",
        "ih",
        "ix",
        "iy",
        "ow",
        "oy",
        "uh",
        "uw",
        "ux",
    }
)
ONE_PIXEL, HALF = 1.0, 0.5
LEADS = (0.0, LEAD)
SHIFTS = np.arange(-0.20, 0.205, 0.01)
"""Seconds by which the loudness is moved to find the lead of the lips."""
LEAST_CORRELATION, BEST_LEADS = 0.7, (0.055, 0.085)


@dataclass(frozen=True, slots=True)
class Phone:
    """A labelled sound, in seconds."""

    name: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Bar:
    """What share of some phones must have a property, or may at most have it."""

    title: str
    phones: frozenset[str]
    share: float
    at_most: bool
    middle_only: bool
    holds: Callable[[Mouth], bool]

    def is_met(self, share: float) -> bool:
        """Tell whether a share is good enough."""
        return share <= self.share if self.at_most else share >= self.share


def _is_closed(mouth: Mouth) -> bool:
    return mouth.gap <= ONE_PIXEL


BARS = (
    Bar("m b p closed", CLOSED, 0.85, at_most=False, middle_only=False, holds=_is_closed),
    Bar("vowels closed", VOWELS, 0.08, at_most=True, middle_only=True, holds=_is_closed),
    Bar(
        "o u w round", ROUND, 0.80, at_most=False, middle_only=False, holds=lambda seen: seen.rounding >= HALF
    ),
    Bar(
        "f v at teeth", AT_TEETH, 0.70, at_most=False, middle_only=False, holds=lambda seen: seen.lip_at_teeth
    ),
)


def read_labels(path: Path) -> list[Phone]:
    """Read the phones of a file; the last line only ends the one before."""
    lines = [line.split()[:2] for line in path.read_text().splitlines() if line.strip()]
    starts, names = [float(start) for start, _ in lines], [name for _, name in lines]
    return [Phone(name, start, end) for name, start, end in zip(names, starts, starts[1:], strict=False)]


def oracle(phones: Sequence[Phone], seconds: float) -> PhoneTrack:
    """Return what a perfect ear would hear."""
    steps = (np.arange(ceil(seconds * PHONE_RATE)) + 0.5) / PHONE_RATE

    def curve(names: frozenset[str]) -> NDArray[np.float64]:
        heard = np.any(
            [(steps >= phone.start) & (steps < phone.end) for phone in phones if phone.name in names]
            or [np.zeros(len(steps), dtype=bool)],
            axis=0,
        )
        return np.asarray(heard, dtype=np.float64)

    return PhoneTrack(
        closed=curve(CLOSED), rounded=curve(ROUND), lip_to_teeth=curve(AT_TEETH), vowel=curve(VOWELS)
    )


def film_of(audio: Path, person: Person, phones: PhoneTrack | None) -> tuple[Video, NDArray[np.float32]]:
    """Return the film of all of a recording as the studio makes it, and its samples."""
    speech = listen(audio)
    samples = samples_of(speech)
    frames = ceil(len(samples) * FRAME_RATE / SAMPLE_RATE)
    mouth = mouth_track(samples, frames, FRAME_RATE, phones)
    performance = perform(mouth, FRAME_RATE, seed=voice_seed(speech.acoustics))
    character = Character(design_face(person, traits_of(speech.acoustics, person)))
    return Video(character, performance, studio_backdrop(16)), samples


def frames_of(phone: Phone, lead: float, count: int, middle_only: bool) -> list[int]:
    """Return the frames that count for a phone."""
    times = (np.arange(count) + 0.5) / FRAME_RATE + lead
    inside = np.flatnonzero((times >= phone.start) & (times < phone.end))
    if middle_only or not len(inside):
        return [int(np.abs(times - (phone.start + phone.end) / 2).argmin())]
    return [int(frame) for frame in inside]


def loudness_at(samples: NDArray[np.float32], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the amplitude of the sound in the 40 ms about some times (n,)."""
    half = SAMPLE_RATE // FRAME_RATE // 2
    energy = np.concatenate([[0.0], np.cumsum(samples.astype(np.float64) ** 2)])
    middles = np.rint(times * SAMPLE_RATE).astype(int)
    low, high = (np.clip(middles + side, 0, len(samples)) for side in (-half, half))
    return np.asarray(np.sqrt((energy[high] - energy[low]) / (2 * half)))


def say(line: str) -> None:
    """Write a line of the table."""
    sys.stdout.write(f"{line}\n")


def report(mouths: Sequence[Mouth], phones: Sequence[Phone], samples: NDArray[np.float32]) -> bool:
    """Print the tables, and return whether all bars are met."""
    good = True
    for bar in BARS if phones else ():
        own = [phone for phone in phones if phone.name in bar.phones]
        for lead in LEADS:
            having = sum(
                any(
                    bar.holds(mouths[frame]) for frame in frames_of(phone, lead, len(mouths), bar.middle_only)
                )
                for phone in own
            )
            share = having / max(len(own), 1)
            met = not own or bar.is_met(share)
            good &= met
            sign = "<=" if bar.at_most else ">="
            say(
                f"{bar.title:14} lead {1000 * lead:3.0f} ms  {having:3} of {len(own):3}  {share:6.1%}"
                f"  {sign} {bar.share:.0%}  {'met' if met else 'MISSED'}"
            )
    times = (np.arange(len(mouths)) + 0.5) / FRAME_RATE
    opening = np.array([mouth.opening for mouth in mouths])
    found = [float(np.corrcoef(opening, loudness_at(samples, times + shift))[0, 1]) for shift in SHIFTS]
    best = int(np.argmax(found))
    follows = found[best] > LEAST_CORRELATION and BEST_LEADS[0] < SHIFTS[best] < BEST_LEADS[1]
    verdict = "" if phones else "  met" if follows else "  MISSED"
    say(
        f"opening and loudness: correlation {found[best]:.2f}, best lead {1000 * SHIFTS[best]:.0f} ms{verdict}"
    )
    return good and bool(phones or follows)


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("audio", type=Path)
    parser.add_argument("labels", type=Path, nargs="?")
    parser.add_argument("--gender", type=Gender, default=Gender.WOMAN)
    parser.add_argument("--age", type=int, default=30)
    parser.add_argument("--oracle", action="store_true", help="know the phones instead of hearing them")
    chosen = parser.parse_args()
    phones = read_labels(chosen.labels) if chosen.labels else []
    known = oracle(phones, phones[-1].end) if chosen.oracle else None
    video, samples = film_of(chosen.audio, Person(chosen.age, chosen.gender), known)
    gauge = MouthGauge(video.character)
    mouths = [gauge.measure(video.mesh(frame)) for frame in range(len(video.performance))]
    sys.exit(0 if report(mouths, phones, samples) else 1)


if __name__ == "__main__":
    main()
