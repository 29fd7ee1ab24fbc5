"""Visemes: the shapes of the mouth from the sound of speech, for every frame of the video.

Bands of the sound say how far the mouth opens; phones say where lips close, round, or touch the teeth.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.design.targets import (
    JAW_OPEN,
    LIP_TO_TEETH,
    LIPS_CLOSED,
    MOUTH_FUNNEL,
    MOUTH_PUCKER,
)
from adapters.faces.studio.design.weights import Weights, both_sides
from adapters.faces.studio.film.articulation import LEAD, gestures_of
from adapters.faces.studio.film.hearing import heard_phones
from adapters.faces.studio.film.phones import PhoneTrack
from application.ports.audio import SAMPLE_RATE

WINDOW = 0.04
"""Seconds of sound for one frame, centred `BANDS_LEAD` after the middle of its time on screen."""
BANDS_LEAD = LEAD + 0.015
"""Seconds by which the mouth would open before the sound, but for its inertia."""
FFT_SIZE = 1024
COMPRESSION = 0.8
"""Exponent from amplitude to loudness, as the mouth shows it."""
SHUT_LEVEL = 0.12
"""Loudness, as a share of that of loud speech, up to which the mouth stays shut."""
QUIETEST_PEAK = 0.3
"""Amplitude of a window's spectrum under which the whole recording is taken for silence."""
ATTACK, RELEASE = 0.85, 0.55
"""Share of the way to a new shape in one frame, when it grows and when it fades."""
PEAK_PERCENTILE, FLOOR_PERCENTILE = 95, 10
"""Of the frames' amplitudes: what counts as loud speech, and as the quietest parts."""
NOISE_MARGIN = 2.0
"""Amplitude, in units of the quietest parts of the recording, that still counts as silence."""

VOWEL_JAW = 0.16
"""How far the jaw opens at least for a vowel, however quiet."""
JAW_CLOSES = 0.85
"""Share of its way by which the jaw comes back for closed lips."""
ROUND_APART = 0.3
"""How far round lips are apart without a voice, as a share of how far they are in a vowel."""
ROUND_WITH_JAW = 2.5
"""How much further apart they are for each share that the jaw opens."""
ROUND_BANDS = 0.4
"""How much of the rounding that the bands suggest is shown where no round sound is heard."""

Curve = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MouthTrack:
    """How the mouth moves: one number a frame, 0..1 each."""

    jaw: Curve
    """How far it opens: by loudness, and more for open vowels."""
    rounding: Curve
    """Lips forward, as on o and u."""
    spreading: Curve
    """Corners apart, as on i and e."""
    hissing: Curve
    """Teeth together and shown, as on s."""
    pressing: Curve
    """Lips at rest on each other: silence."""
    closing: Curve
    """Lips closed for m, b, p."""
    to_teeth: Curve
    """Lower lip at the upper teeth, for f and v."""
    loudness: Curve
    """Of the sound, 0 for the recording's silence, 1 for its loud speech."""

    def __len__(self) -> int:
        return len(self.jaw)

    def weights(self, frame: int) -> Weights:
        """Return the face units of a frame, to be added to the resting face."""
        closing, to_teeth = float(self.closing[frame]), float(self.to_teeth[frame])
        rounding = float(self.rounding[frame]) * (1 - 0.85 * to_teeth)
        hissing = float(self.hissing[frame])
        apart = (1 - closing) * (1 - 0.8 * to_teeth)
        # The lips move over what the jaw leaves open, so that in all the mouth shuts evenly: 1 - closing.
        sealed = 1 - (1 - closing) / (1 - JAW_CLOSES * closing)
        jaw = (
            float(self.jaw[frame]) * (1 - JAW_CLOSES * closing) * (1 - 0.85 * to_teeth) * (1 - 0.2 * rounding)
        )
        parted = min(1.0, ROUND_APART + ROUND_WITH_JAW * jaw)
        stretch = (0.40 * float(self.spreading[frame]) + 0.30 * hissing) * (1 - rounding) * apart
        return {
            JAW_OPEN: 0.64 * jaw + 0.05 * hissing * apart,
            MOUTH_FUNNEL: 0.45 * rounding * (1 - 0.6 * closing) * parted,
            MOUTH_PUCKER: rounding * (0.78 - 0.30 * jaw),
            **both_sides("mouthStretch", stretch),
            **both_sides("mouthUpperUp", (0.28 * jaw * (1 - 0.7 * rounding) + 0.30 * hissing) * apart),
            **both_sides("mouthLowerDown", (0.34 * jaw * (1 - 0.7 * rounding) + 0.32 * hissing) * apart),
            **both_sides("mouthPress", 0.20 * max(float(self.pressing[frame]), closing)),
            LIPS_CLOSED: max(float(self.pressing[frame]), sealed),
            LIP_TO_TEETH: to_teeth,
        }

    def smile(self, frame: int) -> float:
        """Return the share of the resting smile that a frame leaves: round lips cannot smile."""
        rounding, to_teeth = float(self.rounding[frame]), float(self.to_teeth[frame])
        return (1 - 0.9 * rounding) * (1 - 0.5 * to_teeth) * (1 - 0.3 * float(self.closing[frame]))


def mouth_track(
    samples: NDArray[np.float32], frames: int, frame_rate: int, phones: PhoneTrack | None = None
) -> MouthTrack:
    """Return how a mouth moves with speech (mono at `SAMPLE_RATE`); after the end of the sound it is closed.

    Without `phones` they are heard in the speech.
    """
    if phones is None:
        phones = heard_phones(samples[: (frames + frame_rate) * SAMPLE_RATE // frame_rate])
    gestures = gestures_of(phones, frames, frame_rate)
    power, frequencies = _spectra(samples, frames, frame_rate)

    def band(low: float, high: float) -> Curve:
        return np.asarray(power[:, (frequencies >= low) & (frequencies < high)].sum(axis=1))

    total = band(80, 7600)
    loudness = _loudness(total)
    open_vowel = np.clip((band(550, 1300) / (band(150, 1300) + 1e-12) - 0.08) * 1.6, 0, 1)
    front = band(1700, 3200) / (band(700, 3200) + 1e-12)
    hiss = np.clip(2.2 * band(4000, 7600) / (total + 1e-12) - 0.15, 0, 1)
    dark = np.clip((band(80, 700) / (total + 1e-12) - 0.72) * 4, 0, 1)
    jaw = _with_inertia(loudness * (0.45 + 0.55 * open_vowel) * (1 - 0.7 * hiss))
    rounding = _with_inertia(loudness * dark * np.clip((0.38 - front) * 4, 0, 1))
    return MouthTrack(
        jaw=np.maximum(jaw, VOWEL_JAW * gestures.vowel),
        rounding=np.maximum(gestures.rounding, ROUND_BANDS * rounding),
        spreading=_with_inertia(loudness * np.clip((front - 0.35) * 2.2, 0, 1)),
        hissing=_with_inertia(np.sqrt(loudness) * hiss),
        pressing=_with_inertia(1 - np.clip(6 * loudness, 0, 1)) * (1 - gestures.vowel),
        closing=gestures.closing,
        to_teeth=gestures.to_teeth,
        loudness=loudness,
    )


def _spectra(samples: NDArray[np.float32], frames: int, frame_rate: int) -> tuple[Curve, NDArray[np.float64]]:
    """Return a power spectrum for each frame (frames, bins), and the frequencies of the bins in Hz."""
    width = int(WINDOW * SAMPLE_RATE)
    hop = SAMPLE_RATE // frame_rate
    lead = int(BANDS_LEAD * SAMPLE_RATE)
    padded = np.pad(samples, (width // 2, width + lead + hop * frames))
    middles = np.arange(frames) * hop + hop // 2 + lead
    windows = padded[middles[:, None] + np.arange(width)] * np.hanning(width)
    power = np.abs(np.fft.rfft(windows, FFT_SIZE, axis=1)) ** 2
    return power.astype(np.float64), np.fft.rfftfreq(FFT_SIZE, 1 / SAMPLE_RATE).astype(np.float64)


def _loudness(power: Curve) -> Curve:
    """Return the loudness of each frame: 0 for the recording's silence, 1 for its loud speech."""
    amplitude = np.sqrt(power)
    peak = max(float(np.percentile(amplitude, PEAK_PERCENTILE)), QUIETEST_PEAK)
    silence = min(NOISE_MARGIN * float(np.percentile(amplitude, FLOOR_PERCENTILE)), 0.25 * peak)
    level = (np.clip(amplitude - silence, 0, None) / (peak - silence)) ** COMPRESSION
    return np.clip((level - SHUT_LEVEL) / (1 - SHUT_LEVEL), 0, 1)


def _with_inertia(target: Curve) -> Curve:
    """Return a curve that follows the target as a mouth does: quick to open, slower to close, never early."""
    state = 0.0
    out = np.empty_like(target)
    for frame, wanted in enumerate(target):
        state += (ATTACK if wanted > state else RELEASE) * (wanted - state)
        out[frame] = state
    return out
