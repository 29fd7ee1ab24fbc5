"""What a face does while it speaks: blinks, breath, small turns of head and gaze, and rest at the end."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.anatomy.character import PORTRAIT_POSE, Pose
from adapters.faces.studio.design.targets import BROWS_UP, JAW_OPEN, LIPS_CLOSED, MOUTH_FUNNEL, sides
from adapters.faces.studio.design.weights import Weights, both_sides
from adapters.faces.studio.film.visemes import Curve, MouthTrack
from adapters.faces.studio.render.curves import smoothstep

BLINK_SECONDS = 0.12
"""From open to shut; opening takes as long."""
FIRST_BLINK, BLINK_PAUSE, BLINK_PAUSE_SPREAD = 0.8, 2.2, 2.6
"""Earliest second of the first blink, shortest pause between two blinks, and by how much it may be longer."""
DRIFT_KNOTS = 0.7
"""Seconds between the random points that a drift goes through."""
YAW, PITCH, ROLL, NOD = 0.05, 0.022, 0.016, 0.030
"""Size of the head's drift in radians, and of its nod on loud syllables."""
BREATH_SECONDS, BREATH_PITCH = 3.8, 0.006
"""Length of a breath, and how far the head nods with it in radians."""
GAZE_PAUSE, GAZE_REACH = 1.6, 0.05
"""Seconds between two jumps of the gaze, and their size as a share of the eyeball's radius."""
SMILE_WHILE_OPEN, BROWS_ON_LOUD = 0.45, 0.30
"""Share of the smile that a wide open mouth loses, and how far brows rise on loud syllables."""
SETTLE_SECONDS = 0.5
"""At the end, the time in which head and mouth come to rest."""


@dataclass(frozen=True, slots=True)
class Performance:
    """What the face does in each frame."""

    mouth: MouthTrack
    yaw: Curve
    """Added to the pose of the portrait, like the pitch; in radians."""
    pitch: Curve
    roll: Curve
    blink: Curve
    """How far the lids are shut, 0..1."""
    brows: Curve
    """How far the brows rise."""
    gaze: NDArray[np.float64]
    """(frames, 2), as shares of the eyeball's radius."""
    presence: Curve
    """1 while speaking, falling to 0 at the very end."""

    def __len__(self) -> int:
        return len(self.mouth)

    def pose(self, frame: int) -> Pose:
        """Return how the head is turned."""
        return Pose(
            yaw=PORTRAIT_POSE.yaw + float(self.yaw[frame]),
            pitch=PORTRAIT_POSE.pitch + float(self.pitch[frame]),
            roll=float(self.roll[frame]),
        )

    def expression(self, frame: int, resting: Weights) -> Weights:
        """Return the resting expression with a frame's movement: an open mouth smiles less, a shut eye is not wide."""
        speaking = float(self.presence[frame])
        moved = {name: weight * speaking for name, weight in self.mouth.weights(frame).items()}
        opening = min(1.0, 1.3 * (moved[JAW_OPEN] + moved[MOUTH_FUNNEL]))
        blink = float(self.blink[frame])
        total = dict(resting)
        for smile in sides("mouthSmile"):
            total[smile] *= (1 - SMILE_WHILE_OPEN * opening) * (1 - speaking * (1 - self.mouth.smile(frame)))
        for wide in sides("eyeWide"):
            total[wide] *= 1 - blink
        total |= both_sides("eyeBlink", blink)
        total[BROWS_UP] += float(self.brows[frame])
        for name, weight in moved.items():
            total[name] = total.get(name, 0.0) + weight
        total[LIPS_CLOSED] = min(1.0, total[LIPS_CLOSED] + 1 - speaking)
        return total


def perform(mouth: MouthTrack, frame_rate: int, seed: int) -> Performance:
    """Plan a performance; the same seed and sound give the same one."""
    random = np.random.default_rng(seed)
    frames = len(mouth)
    seconds = np.arange(frames) / frame_rate
    presence = smoothstep(0, SETTLE_SECONDS, seconds[-1] - seconds)
    emphasis = _smoothed(mouth.loudness, 6)
    breath = BREATH_PITCH * np.sin(2 * np.pi * seconds / BREATH_SECONDS)
    return Performance(
        mouth=mouth,
        yaw=YAW * _drift(random, seconds) * presence,
        pitch=(PITCH * _drift(random, seconds) + NOD * (emphasis - emphasis.mean())) * presence + breath,
        roll=ROLL * _drift(random, seconds) * presence,
        blink=_blinks(random, seconds),
        brows=BROWS_ON_LOUD * np.clip(emphasis - 0.45, 0, 1) * presence,
        gaze=_gaze(random, seconds),
        presence=presence,
    )


def _smoothed(curve: Curve, radius: int) -> Curve:
    """Return a curve's mean about each frame, weighted by a Hann window of `radius` frames to either side."""
    window = np.hanning(2 * radius + 3)[1:-1]
    return np.convolve(np.pad(curve, radius, mode="edge"), window / window.sum(), mode="valid")


def _drift(random: np.random.Generator, seconds: Curve) -> Curve:
    """Return a slow smooth random movement about 0."""
    knots = np.arange(0, seconds[-1] + 2 * DRIFT_KNOTS, DRIFT_KNOTS)
    values = np.convolve(random.standard_normal(len(knots) + 2), [0.25, 0.5, 0.25], mode="valid")
    return _smoothed(np.interp(seconds, knots, values), 7)


def _blinks(random: np.random.Generator, seconds: Curve) -> Curve:
    """Return how far the lids are shut, 0..1; no blink is cut off by the end."""
    shut = np.zeros_like(seconds)
    at = FIRST_BLINK + random.random()
    while at < seconds[-1] - 2 * BLINK_SECONDS:
        shut = np.maximum(shut, np.clip(1.3 - 1.3 * np.abs(seconds - at) / BLINK_SECONDS, 0, 1))
        at += BLINK_PAUSE + BLINK_PAUSE_SPREAD * random.random()
    return shut


def _gaze(random: np.random.Generator, seconds: Curve) -> NDArray[np.float64]:
    """Return where the eyes look (frames, 2): at the viewer, with the small jumps of real eyes."""
    count = int(seconds[-1] / GAZE_PAUSE) + 2
    spots = GAZE_REACH * random.uniform(-1, 1, (count, 2)) * [1.0, 0.6]
    return np.asarray(spots[np.minimum((seconds / GAZE_PAUSE).astype(int), count - 1)])
