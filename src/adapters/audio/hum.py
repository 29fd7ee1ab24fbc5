"""Takes the hum of the mains out of a sound, so that it is not taken for a voice.

A hum stands still: in the pauses of the voice each of its partials keeps its frequency and phase for seconds, which
no voice does, not even one that holds a vowel. What is taken out are sines, followed through the pauses.
"""

import numpy as np
from numpy.typing import NDArray

from adapters.audio.arrays import Mask, Samples, loud_level
from adapters.audio.framing import coarse, framed
from application.ports.audio import SAMPLE_RATE

_MAINS_HZ = (50.0, 60.0)
_TOLERANCE = 0.006  # a generator or a recorder may be off by half a per cent
_HIGHEST_HZ = 1_900
_WINDOW_SECONDS = 0.5
_OVERLAP = 4  # frames that hold each sample
_BLOCK = 32  # frames to transform at once; larger arrays cost more
_BIN_HZ = 1 / _WINDOW_SECONDS
_QUIET_SHARE = 0.2
_PAUSE = 0.5  # of the power of the loud frames; a vowel that is held throughout leaves no pause
_STEADY = 2.0  # times the power in the quietest frames; where there is voice as well, there is more
_BESIDE = 5  # bins; the line of a steady sine is narrower
_WEAKEST = 1e-3  # of the power of the strongest partials; what is weaker disturbs nothing
# The first values make a hum certain. Where one partial is, the second ones suffice for the others.
_PROMINENCE = (5.0, 2.0)  # times the power beside a line
_COHERENCE = (0.7, 0.5)
_SAME_MAINS = 0.001  # relative difference of the frequencies
_FEWEST_PAIRS = 6  # of quiet frames that do not overlap

Complex = NDArray[np.complexfloating]


def without_hum(samples: Samples) -> Samples:
    """Subtract the partials of a steady hum at multiples of 50 or 60 Hz; all other sounds stay as they are."""
    sound, rate = coarse(samples)
    length = int(_WINDOW_SECONDS * rate)
    window = np.hanning(length + 1)[:-1].astype(np.float32)
    frames = framed(sound, length, length // _OVERLAP)
    spectra = np.concatenate(
        [
            np.fft.rfft(frames[start : start + _BLOCK] * window)[:, : int(_HIGHEST_HZ / _BIN_HZ)]
            for start in range(0, len(frames), _BLOCK)
        ]
    )
    lines = _lines(spectra)
    return samples - _sines(frames, window, lines, rate)[: len(samples)] if lines else samples


def _sines(frames: Samples, window: Samples, lines: list[tuple[float, Mask]], rate: int) -> Samples:
    """Return the sum of the sines that go on through the pauses of a sound, whose frames have a lower rate."""
    length, hop = len(window), int(_WINDOW_SECONDS * SAMPLE_RATE) // _OVERLAP
    group = SAMPLE_RATE // rate
    # A mean of several samples stands for their middle, and is weaker than they are.
    middles = (np.arange(length) - length // 2) * group + (group - 1) / 2
    centres, since = np.arange(len(frames) + 1), np.arange(hop) / hop
    amplitudes, waves = [], []
    for hertz, quiet in lines:
        turn = 2j * np.pi * hertz / SAMPLE_RATE
        loss = abs(np.exp(turn * np.arange(group)).mean())
        turns = np.exp(turn * hop * centres[:-1])
        probe = window * np.exp(-turn * middles)
        heard = frames @ probe.real.astype(np.float32) + 1j * (frames @ probe.imag.astype(np.float32))
        heard *= 2 / loss / window.sum() / turns
        inner = quiet & (centres[:-1] >= _OVERLAP // 2) & (centres[:-1] < len(frames) - _OVERLAP // 2)
        chosen = inner if inner.any() else quiet  # the frames at the ends are not full
        steady = np.interp(centres, centres[:-1][chosen], heard[chosen])
        wave = np.exp(turn * hop * since)
        for amplitude, part in ((steady[:-1] * turns, wave), (np.diff(steady) * turns, since * wave)):
            amplitudes += [amplitude.real, -amplitude.imag]
            waves += [part.real, part.imag]
    hum: Samples = (np.array(amplitudes, dtype=np.float32).T @ np.array(waves, dtype=np.float32)).ravel()
    return hum


def _lines(spectra: Complex) -> list[tuple[float, Mask]]:
    """Return the frequency in Hz of each partial of a hum, and the frames in which it sounds without the voice."""
    power = spectra.real**2 + spectra.imag**2
    strongest = power.max(axis=1)
    loud = loud_level(strongest)
    sounds = strongest > 1e-3 * _WEAKEST * loud  # digital silence between parts of a recording tells nothing
    if sounds.sum() < _FEWEST_PAIRS + _OVERLAP:
        return []
    rank = int(_QUIET_SHARE * sounds.sum())
    weakest = np.partition(power[sounds], rank, axis=0)[rank]
    padded = np.pad(weakest, _BESIDE, mode="edge")
    beside = np.maximum(padded[: -2 * _BESIDE], padded[2 * _BESIDE :])
    is_line = (weakest > _PROMINENCE[1] * beside) & (weakest > _WEAKEST * loud)
    is_line[1:-1] &= (weakest[1:-1] >= weakest[:-2]) & (weakest[1:-1] > weakest[2:])
    total = power.sum(axis=1)
    pauses = sounds & (total < _PAUSE * loud_level(total))
    lines, mains = [], set()
    for line in np.flatnonzero(is_line):
        quiet = pauses & (power[:, line] < _STEADY * weakest[line])
        hertz, coherence = _steady_frequency(spectra[:, line], quiet, int(line))
        tuning = min((_tuning(hertz, nominal) for nominal in _MAINS_HZ), key=lambda factor: abs(factor - 1))
        if abs(tuning - 1) < _TOLERANCE and coherence > _COHERENCE[1]:
            lines.append((hertz, tuning, quiet))
            if coherence > _COHERENCE[0] and weakest[line] > _PROMINENCE[0] * beside[line]:
                mains.add(tuning)
    return [(f, quiet) for f, tuning, quiet in lines if any(abs(tuning - t) < _SAME_MAINS for t in mains)]


def _steady_frequency(phasors: Complex, quiet: Mask, line: int) -> tuple[float, float]:
    """Return the frequency in Hz of a line by its turn from frame to frame, and how even the turns are, 0 to 1."""
    near = phasors[1:] * phasors[:-1].conj() * (quiet[1:] & quiet[:-1])
    far = phasors[_OVERLAP:] * phasors[:-_OVERLAP].conj() * (quiet[_OVERLAP:] & quiet[:-_OVERLAP])
    if np.count_nonzero(far) < _FEWEST_PAIRS:
        return line * _BIN_HZ, 0.0
    expected = np.exp(-2j * np.pi * line / _OVERLAP)
    rough = float(np.angle(near.sum() * expected)) / (2 * np.pi) * _OVERLAP
    fine = float(np.angle(far.sum())) / (2 * np.pi)
    return (line + fine + round(rough - fine)) * _BIN_HZ, float(abs(far.sum()) / np.abs(far).sum())


def _tuning(hertz: float, mains: float) -> float:
    """Return a frequency in parts of the nearest multiple of the mains."""
    return hertz / mains / max(round(hertz / mains), 1)
