"""The recorded speakers, each in two halves, and the error rate of distinguishing them by a distance."""

from itertools import product

import numpy as np
from numpy.typing import NDArray

from adapters.audio.decoding import decode
from unit.audio.recording import SAMPLES
from unit.audio.sounds import Samples, pink_noise, white_noise, with_noise

Floats = NDArray[np.float64]

MEN = ["asterisk-it", "sense-man", "ktuberling-el", "ktuberling-wa"]
MEN += [f"klettres-{name}" for name in ("da", "en", "fr", "hu", "nds")]
MEN += [f"tuxpaint-{name}" for name in ("bg", "nl", "ru")]
WOMEN = [f"asterisk-{name}" for name in ("en", "fr-armelle", "fr-ca", "it-menardi", "ru")]
WOMEN += [f"klettres-{name}" for name in ("cs", "en-gb", "it", "nb", "nl", "uk")]
WOMEN += ["ktuberling-sr", "tuxpaint-be", "tuxpaint-es"]


def halves(noise: str) -> list[list[Samples]]:
    """Return each speaker's two halves, men first; `noise` is white or pink, at 20 dB, or clean."""
    noises = {"white": white_noise(10.0), "pink": pink_noise(10.0)}
    rows = []
    for name in [*MEN, *WOMEN]:
        samples = decode(SAMPLES / "speakers" / f"{name}.ogg").samples
        middle = len(samples) // 2
        both = [samples[:middle], samples[middle:]]
        rows.append([with_noise(half, 20, noises[noise]) if noise in noises else half for half in both])
    return rows


def equal_error_rate(first: Floats, second: Floats) -> float:
    """Return the rate at which two speakers are taken for one, when one speaker is as often taken for two.

    Each argument has one row for each speaker, men first. Only speakers of the same gender are compared.
    """
    distance = np.linalg.norm(first[:, None] - second[None], axis=2)
    same = np.diag(distance)
    groups = range(len(MEN)), range(len(MEN), len(distance))
    others = np.array([distance[i, j] for group in groups for i, j in product(group, group) if i != j])
    thresholds = np.sort(np.concatenate([same, others]))
    one_taken_for_two = np.array([(same > t).mean() for t in thresholds])
    two_taken_for_one = np.array([(others <= t).mean() for t in thresholds])
    best = np.argmin(np.abs(one_taken_for_two - two_taken_for_one))
    return float((one_taken_for_two[best] + two_taken_for_one[best]) / 2)
