"""What a face does while it speaks: blinks, breath, small turns of head and gaze, and rest at the end."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.anatomy.character import TURN_REACH, Pose, turned
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
FIRST_TURN, TURN_PAUSE, TURN_PAUSE_SPREAD, TURN_SEARCH = 0.4, 1.0, 0.9, 0.4
"""Earliest second of the first turn to another side, shortest pause between two, by how much it may be longer, and
within how many seconds from there a turn waits for the voice to rise."""
TURN_SECONDS, TURN_SECONDS_MORE = 0.4, 0.3
"""Length of a small turn, and how much longer it is for each whole reach of yaw that it covers."""
SMALLEST_TURN, LARGEST_TURN, OTHER_SIDE = 0.6, 1.4, 0.75
"""Where turns lead, in shares of the reach of yaw before they are limited to it, and how often to the other side."""
YAW_DRIFT, PITCH_DRIFT, ROLL_DRIFT = 0.25, 0.30, 0.40
"""Size of the head's slow movements, as shares of its reach."""
ROLL_WITH_YAW, PITCH_WITH_YAW = -0.35, 0.25
"""How far a turn of the whole reach tilts the head, and lifts or lowers the chin, as shares of their reach."""
NOD = 0.75
"""How far the head nods on loud syllables, as a share of its reach."""
BREATH_SECONDS, BREATH_PITCH = 3.8, 0.08
"""Length of a breath, and how far the head nods with it as a share of its reach."""
GAZE_PAUSE, GAZE_PAUSE_SPREAD, GAZE_REACH = 0.7, 1.6, 0.03
"""Shortest pause between two jumps of the gaze, by how much it may be longer, and how far they lead past the viewer, in
radians."""
LOOK_UP, LOOK_DOWN = 0.19, 0.28
"""Radians by which the face units turn an eyeball; its lids go with it."""
SMILE_WHILE_OPEN, BROWS_ON_LOUD = 0.45, 0.30
"""Share of the smile that a wide open mouth loses, and how far brows rise on loud syllables."""
SETTLE_SECONDS, HEAD_SETTLE_SECONDS = 0.5, 0.8
"""At the end, the time in which brows and gaze come to rest, and at both ends that of the head."""
MOUTH_SETTLE_SECONDS = 0.15
"""At the end, the time in which the mouth comes to rest.

In it the sound of a longer recording fades (`encoder.FADE_SECONDS`).
"""


@dataclass(frozen=True, slots=True)
class Performance:
    """What the face does in each frame."""

    mouth: MouthTrack
    yaw: Curve
    """Out of the pose of the portrait, like the next two, as a share of `TURN_REACH`: -1..1."""
    pitch: Curve
    roll: Curve
    blink: Curve
    """How far the lids are shut, 0..1."""
    brows: Curve
    """How far the brows rise."""
    gaze: NDArray[np.float64]
    """(frames, 2): radians to the right and up by which the eyes look past the viewer."""
    presence: Curve
    """1 while speaking, falling to 0 at the very end."""

    def __len__(self) -> int:
        return len(self.mouth)

    def pose(self, frame: int) -> Pose:
        """Return how the head is turned."""
        return turned(float(self.yaw[frame]), float(self.pitch[frame]), float(self.roll[frame]))

    def expression(self, frame: int, resting: Weights) -> Weights:
        """Return the resting expression with a frame's movement.

        An open mouth smiles less, a shut eye is not wide, and lids follow eyes that keep looking at the viewer.
        """
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
        look_up = TURN_REACH.pitch * float(self.pitch[frame]) + float(self.gaze[frame, 1])
        total |= both_sides("eyeLookUp", (1 - blink) * max(0.0, look_up) / LOOK_UP)
        total |= both_sides("eyeLookDown", (1 - blink) * max(0.0, -look_up) / LOOK_DOWN)
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
    left = seconds[-1] - seconds
    awake = smoothstep(0, HEAD_SETTLE_SECONDS, seconds) * smoothstep(0, HEAD_SETTLE_SECONDS, left)
    emphasis = _smoothed(mouth.loudness, 6)
    turns = _turns(random, seconds, emphasis)
    nod = NOD * (emphasis - emphasis.mean()) + BREATH_PITCH * np.sin(2 * np.pi * seconds / BREATH_SECONDS)
    return Performance(
        mouth=mouth,
        yaw=awake * np.tanh(turns + YAW_DRIFT * _drift(random, seconds)),
        pitch=awake * np.tanh(PITCH_WITH_YAW * turns + PITCH_DRIFT * _drift(random, seconds) + nod),
        roll=awake * np.tanh(ROLL_WITH_YAW * turns + ROLL_DRIFT * _drift(random, seconds)),
        blink=_blinks(random, seconds),
        brows=BROWS_ON_LOUD * np.clip(emphasis - 0.45, 0, 1) * smoothstep(0, SETTLE_SECONDS, left),
        gaze=_gaze(random, seconds),
        presence=smoothstep(0, MOUTH_SETTLE_SECONDS, left),
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


def _turns(random: np.random.Generator, seconds: Curve, emphasis: Curve) -> Curve:
    """Return turns of the head from one side to another, each begun where the voice rises, in shares of its reach.

    They are not limited yet.
    """
    curve = np.zeros_like(seconds)
    rise = np.diff(emphasis, append=emphasis[-1])
    side, place, at = 1.0 if random.random() < 0.5 else -1.0, 0.0, FIRST_TURN
    while at < seconds[-1]:
        soon = np.flatnonzero((seconds >= at) & (seconds <= at + TURN_SEARCH))
        start = seconds[soon[np.argmax(rise[soon])]]
        goal = side * random.uniform(SMALLEST_TURN, LARGEST_TURN)
        length = TURN_SECONDS + TURN_SECONDS_MORE * abs(goal - place)
        curve += (goal - place) * smoothstep(start, start + length, seconds)
        place = goal
        side = -side if random.random() < OTHER_SIDE else side
        at = start + length + TURN_PAUSE + TURN_PAUSE_SPREAD * random.random()
    return curve


def _blinks(random: np.random.Generator, seconds: Curve) -> Curve:
    """Return how far the lids are shut, 0..1; no blink is cut off by the end."""
    shut = np.zeros_like(seconds)
    at = FIRST_BLINK + random.random()
    while at < seconds[-1] - 2 * BLINK_SECONDS:
        shut = np.maximum(shut, np.clip(1.3 - 1.3 * np.abs(seconds - at) / BLINK_SECONDS, 0, 1))
        at += BLINK_PAUSE + BLINK_PAUSE_SPREAD * random.random()
    return shut


def _gaze(random: np.random.Generator, seconds: Curve) -> NDArray[np.float64]:
    """Return how far the eyes look past the viewer (frames, 2): the small jumps of real eyes, and back each time."""
    gaze = np.zeros((len(seconds), 2))
    at = GAZE_PAUSE
    while at < seconds[-1] - GAZE_PAUSE:
        back = at + GAZE_PAUSE + GAZE_PAUSE_SPREAD * random.random()
        gaze[(seconds >= at) & (seconds < back)] = GAZE_REACH * random.uniform(-1, 1, 2) * [1.0, 0.6]
        at = back + (GAZE_PAUSE if random.random() < 0.5 else 0.0)
    gaze[seconds > seconds[-1] - SETTLE_SECONDS] = 0.0
    return gaze
