"""Says what the mouth of a film does in each sound: `python infra/studio/lips.py AUDIO [LABELS] [AUDIO [LABELS] …]`.

The exit code is 1 where a bar is missed. All recordings of a run are spoken by a face of one age and gender. Labels are
a text file (`.pho`, `.lab`, `.txt`) after its recording: a line has seconds and the name of a sound in Festival's US
English set. Where the first line is at 0, the seconds are those at which sounds begin, and the last line only ends the
sound before; elsewhere sounds end there.

How a sound counts. A frame has the time of its middle. Lips lead: a sound has the frames in its own time moved ahead by
`LEAD`, or the one nearest to its middle where there is none. Every frame of a labelled recording is drawn, also beyond
the end of a film, and the shares are those of the sounds of all recordings together.

- closed: in one of the sound's frames no column of the mouth shows more than a pixel of its inside, at 512 pixels;
- vowel closed: so it is in the frame nearest to the vowel's middle;
- round: in one of its frames `Mouth.rounding` is at least a half; lip at teeth: `Mouth.lip_at_teeth` in one of them.

How far the mouth is open and the amplitude of the sound are compared in the first eight seconds, which are what a film
has: the best correlation among leads of -200 to 200 ms. It counts where a recording has no labels.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, inf
from pathlib import Path

import numpy as np
from drawn_mouth import Mouth, MouthGauge
from numpy.typing import NDArray

from adapters.audio.listening import listen
from adapters.faces.studio.anatomy.character import Character
from adapters.faces.studio.design.mapping import design_face
from adapters.faces.studio.design.traits import traits_of
from adapters.faces.studio.engine import LONGEST_SECONDS, samples_of, studio_backdrop, voice_seed
from adapters.faces.studio.film.acting import perform
from adapters.faces.studio.film.articulation import LEAD
from adapters.faces.studio.film.encoder import FRAME_RATE
from adapters.faces.studio.film.phones import PHONE_RATE, PhoneTrack
from adapters.faces.studio.film.video import Video
from adapters.faces.studio.film.visemes import mouth_track
from application.ports.audio import SAMPLE_RATE
from domain.errors import VoiceRefused
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
LABELS = frozenset({".pho", ".lab", ".txt"})
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
    """Read the sounds of a file of labels, in whichever way it says when they are."""
    lines = [line.split()[:2] for line in path.read_text().splitlines() if line.strip()]
    times, names = [float(time) for time, _ in lines], [name for _, name in lines]
    if times[0] == 0:
        return [Phone(name, start, end) for name, start, end in zip(names, times, times[1:], strict=False)]
    return [Phone(name, start, end) for name, start, end in zip(names, [0.0, *times], times, strict=False)]


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


def film_of(
    audio: Path, person: Person, longest: float, phones: PhoneTrack | None
) -> tuple[Video, NDArray[np.float32]]:
    """Return the film of a recording as the studio makes it, if films were as long as that, and its samples."""
    speech = listen(audio)
    samples = samples_of(speech)
    frames = ceil(min(len(samples) / SAMPLE_RATE, longest) * FRAME_RATE)
    mouth = mouth_track(samples, frames, FRAME_RATE, phones)
    performance = perform(mouth, FRAME_RATE, seed=voice_seed(speech.acoustics))
    character = Character(design_face(person, traits_of(speech.acoustics, person)))
    return Video(character, performance, studio_backdrop(16)), samples


def frames_of(phone: Phone, count: int, middle_only: bool) -> list[int]:
    """Return the frames that count for a phone."""
    times = (np.arange(count) + 0.5) / FRAME_RATE + LEAD
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


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording with its sounds, if they are known, and the mouth in every frame of its film."""

    name: str
    phones: Sequence[Phone]
    samples: NDArray[np.float32]
    mouths: Sequence[Mouth]

    def having(self, bar: Bar) -> list[bool]:
        """Tell for each phone that a bar is about whether it has the property."""
        return [
            any(
                bar.holds(self.mouths[frame]) for frame in frames_of(phone, len(self.mouths), bar.middle_only)
            )
            for phone in self.phones
            if phone.name in bar.phones
        ]

    def correlation(self) -> tuple[float, float]:
        """Return the best correlation of opening and loudness, and the lead in seconds at which it is so good."""
        opening = np.array([mouth.opening for mouth in self.mouths[: round(LONGEST_SECONDS * FRAME_RATE)]])
        times = (np.arange(len(opening)) + 0.5) / FRAME_RATE
        found = [np.corrcoef(opening, loudness_at(self.samples, times + shift))[0, 1] for shift in SHIFTS]
        best = int(np.argmax(found))
        return float(found[best]), float(SHIFTS[best])


def measured(audio: Path, labels: Path | None, person: Person, knows: bool) -> Recording:
    """Draw the film of a recording and measure its mouth; `knows` tells the film the sounds of the labels."""
    phones = read_labels(labels) if labels else []
    longest = inf if phones else LONGEST_SECONDS
    video, samples = film_of(audio, person, longest, oracle(phones, phones[-1].end) if knows else None)
    gauge = MouthGauge(video.character)
    mouths = [gauge.measure(video.mesh(frame)) for frame in range(len(video.performance))]
    return Recording(audio.stem, phones, samples, mouths)


def say(line: str) -> None:
    """Write a line of the table."""
    sys.stdout.write(f"{line}\n")


def report(recordings: Sequence[Recording]) -> bool:
    """Print the tables, and return whether all bars are met."""
    verdicts = {True: "met", False: "MISSED"}
    good = True
    for bar in BARS if any(recording.phones for recording in recordings) else ():
        having = [has for recording in recordings for has in recording.having(bar)]
        share = float(np.mean(having)) if having else 0.0
        met = not having or bar.is_met(share)
        good &= met
        sign = "<=" if bar.at_most else ">="
        say(
            f"{bar.title:14}  {sum(having):3} of {len(having):3}  {share:6.1%}  {sign} {bar.share:.0%}  {verdicts[met]}"
        )
    leads = " and ".join(f"{1000 * lead:.0f}" for lead in BEST_LEADS)
    say(f"opening and loudness: correlation over {LEAST_CORRELATION}, best lead between {leads} ms")
    for recording in recordings:
        found, lead = recording.correlation()
        met = bool(recording.phones) or (found > LEAST_CORRELATION and BEST_LEADS[0] < lead < BEST_LEADS[1])
        good &= met
        verdict = "not judged: it has labels" if recording.phones else verdicts[met]
        say(f"  {recording.name:22}  correlation {found:.2f}, best lead {1000 * lead:3.0f} ms  {verdict}")
    return good


def with_labels(files: Sequence[Path]) -> list[tuple[Path, Path | None]]:
    """Return each recording with the labels that follow it, if any do."""
    pairs: list[tuple[Path, Path | None]] = []
    for file in files:
        if file.suffix not in LABELS:
            pairs.append((file, None))
        elif pairs and pairs[-1][1] is None:
            pairs[-1] = (pairs[-1][0], file)
        else:
            sys.exit(f"{file}: labels follow their recording.")
    return pairs


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--gender", type=Gender, default=Gender.WOMAN)
    parser.add_argument("--age", type=int, default=30)
    parser.add_argument("--oracle", action="store_true", help="know the sounds instead of hearing them")
    chosen = parser.parse_args()
    for missing in (file for file in chosen.files if not file.is_file()):
        parser.error(f"there is no file {missing}")
    pairs = with_labels(chosen.files)
    if chosen.oracle and any(labels is None for _, labels in pairs):
        sys.exit("--oracle needs the labels of every recording.")
    person = Person(chosen.age, chosen.gender)
    try:
        good = report([measured(audio, labels, person, chosen.oracle) for audio, labels in pairs])
    except VoiceRefused as refused:
        sys.exit(f"A recording cannot be used: {refused}")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
