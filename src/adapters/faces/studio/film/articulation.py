"""Articulation: from the kinds of sounds that are heard to gestures of the lips, for every frame of the video.

Neighbouring sounds blend by dominance (Cohen, Massaro 1993, Modeling coarticulation in synthetic visual speech): each
sound pulls the lips to its own target, with a strength that falls exponentially with the time from it; the lips go to
the mean of the targets, weighted by these strengths.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.film.phones import PHONE_RATE, PhoneTrack

LEAD = 0.065
"""Seconds by which a gesture of the lips comes before its sound."""
HEARD, STILL_HEARD = 0.4, 0.35
"""A sound begins where it is at least as likely as the first, and lasts while it is as likely as the second."""
CLOSURE_HEARD = 0.5
"""Both of closures: a mouth that closes in a loud vowel is seen more than one that stays open in an m."""
SHORTEST = 0.02
"""Seconds; what is shorter is no sound."""
MOMENTS = 5
"""A frame shows the mean of so many moments of its time."""
BACKGROUND = 0.12
"""Strength of no gesture at all, so that a gesture fades where no sound of another kind follows."""
FAINT, FULL = 0.15, 0.75
"""Shares of all strength at which a gesture begins to show, and is complete."""

Curve = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Dominance:
    """How a kind of sound rules the lips."""

    magnitude: float
    """Strength during the sound itself."""
    reach: float
    """Seconds after or before it in which the strength falls to 37 %."""


CLOSURE, TEETH = Dominance(3.0, 0.006), Dominance(6.0, 0.014)
ROUNDING, VOWEL = Dominance(1.6, 0.050), Dominance(1.0, 0.025)


@dataclass(frozen=True, slots=True)
class Sound:
    """A stretch of one kind of sound, in seconds."""

    start: float
    end: float

    @property
    def middle(self) -> float:
        """Half way between its ends."""
        return (self.start + self.end) / 2


@dataclass(frozen=True, slots=True)
class Gestures:
    """What the lips do for single sounds: one number a frame, 0..1 each."""

    closing: Curve
    """Lips together: m, b, p."""
    rounding: Curve
    """Lips forward: o, u, w."""
    to_teeth: Curve
    """Lower lip at the upper teeth: f, v."""
    vowel: Curve
    """The mouth is open for a vowel."""


def gestures_of(phones: PhoneTrack, frames: int, frame_rate: int) -> Gestures:
    """Return the gestures for what is heard; a closure has a frame of its own, however short it is."""
    rounded, vowels = sounds_of(phones.rounded), sounds_of(phones.vowel)
    closures = sounds_of(phones.closed, CLOSURE_HEARD, CLOSURE_HEARD)
    teeth = sounds_of(phones.lip_to_teeth)
    heard_at = (np.arange(frames) + 0.5) / frame_rate + LEAD
    moments = heard_at[:, None] + (np.arange(MOMENTS) + 0.5) / (MOMENTS * frame_rate) - 0.5 / frame_rate
    closure, tooth = strength(closures, moments, CLOSURE), strength(teeth, moments, TEETH)
    round_, open_ = strength(rounded, moments, ROUNDING), strength(vowels, moments, VOWEL)
    unrounded = np.where(phones.rounded >= STILL_HEARD, 0.0, phones.vowel)
    spread = strength(sounds_of(unrounded), moments, VOWEL)
    every = closure + tooth + open_
    closing, to_teeth, vowel = _shown(closure, every), _shown(tooth, every), _shown(open_, every)
    own = _own_frames(vowels, heard_at)
    closing[own], to_teeth[own], vowel[own] = 0.0, 0.0, 1.0
    _ensure(to_teeth, teeth, heard_at, own)
    _ensure(closing, closures, heard_at, own)
    return Gestures(
        closing=closing,
        rounding=_shown(round_, round_ + spread),
        to_teeth=np.minimum(to_teeth, 1 - closing),
        vowel=np.minimum(vowel, 1 - closing),
    )


def sounds_of(likely: Curve, heard: float = HEARD, still_heard: float = STILL_HEARD) -> list[Sound]:
    """Return the stretches in which a kind of sound is heard, from how likely it is every 10 ms."""
    held = np.concatenate([[False], likely >= still_heard, [False]])
    starts, ends = np.flatnonzero(~held[:-1] & held[1:]), np.flatnonzero(held[:-1] & ~held[1:])
    return [
        Sound(start / PHONE_RATE, end / PHONE_RATE)
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        if likely[start:end].max() >= heard and end - start >= SHORTEST * PHONE_RATE
    ]


def strength(sounds: Iterable[Sound], at: Curve, rule: Dominance) -> Curve:
    """Return how strongly sounds of one kind rule the lips at some times; the strongest one counts."""
    total = np.zeros_like(at)
    for sound in sounds:
        away = np.maximum(np.maximum(sound.start - at, at - sound.end), 0)
        total = np.maximum(total, rule.magnitude * np.exp(-away / rule.reach))
    return total


def _shown(own: Curve, every: Curve) -> Curve:
    """Return how far a gesture goes in each frame, from its strength and that of all sounds (frames, moments)."""
    return np.asarray(np.clip((own / (every + BACKGROUND) - FAINT) / (FULL - FAINT), 0, 1).mean(axis=1))


def _own_frames(sounds: Iterable[Sound], heard_at: Curve) -> list[int]:
    """Return the frame that is nearest to the middle of each sound that the film shows."""
    away = [np.abs(heard_at - sound.middle) for sound in sounds]
    return [int(times.argmin()) for times in away if times.min() < LEAD]


def _ensure(gesture: Curve, sounds: Iterable[Sound], heard_at: Curve, kept: Sequence[int]) -> None:
    """Complete a gesture in the frames whose middles lie in a sound, but for those that are kept, or in the nearest."""
    free = np.ones(len(gesture), dtype=bool)
    free[kept] = False
    for sound in sounds:
        during = free & (heard_at >= sound.start) & (heard_at < sound.end)
        gesture[during if during.any() else _own_frames([sound], heard_at)] = 1.0
