"""The recorded speakers, each in two halves, and how well a distance tells them apart."""

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
    """Each speaker's two halves, men first; `noise` is white, pink or clean, at 20 dB."""
    noises = {"white": white_noise(10.0), "pink": pink_noise(10.0)}
    rows = []
    for name in [*MEN, *WOMEN]:
        samples = decode(SAMPLES / "speakers" / f"{name}.ogg").samples
        middle = len(samples) // 2
        both = [samples[:middle], samples[middle:]]
        rows.append([with_noise(half, 20, noises[noise]) if noise in noises else half for half in both])
    return rows


def equal_error_rate(first: Floats, second: Floats) -> float:
    """Rate at which strangers pass for one person when as many people fail to pass for themselves.

    A row a speaker, men first; only people of the same gender are compared.
    """
    distance = np.linalg.norm(first[:, None] - second[None], axis=2)
    same = np.diag(distance)
    groups = range(len(MEN)), range(len(MEN), len(distance))
    others = np.array([distance[i, j] for group in groups for i, j in product(group, group) if i != j])
    thresholds = np.sort(np.concatenate([same, others]))
    missed = np.array([(same > t).mean() for t in thresholds])
    mistaken = np.array([(others <= t).mean() for t in thresholds])
    best = np.argmin(np.abs(missed - mistaken))
    return float((missed[best] + mistaken[best]) / 2)
