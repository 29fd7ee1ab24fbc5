"""Two halves of one person's recording against two people of the same gender, by distance of the acoustics."""

from functools import cache
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from adapters.audio.decoding import decode
from adapters.audio.measuring import hear, measure
from unit.audio.recording import SAMPLES
from unit.audio.sounds import Samples, pink_noise, white_noise, with_noise

Floats = NDArray[np.float64]

MEN = ["asterisk-it", "sense-man", "ktuberling-el", "ktuberling-wa"]
MEN += [f"klettres-{name}" for name in ("da", "en", "fr", "hu", "nds")]
MEN += [f"tuxpaint-{name}" for name in ("bg", "nl", "ru")]
WOMEN = [f"asterisk-{name}" for name in ("en", "fr-armelle", "fr-ca", "it-menardi", "ru")]
WOMEN += [f"klettres-{name}" for name in ("cs", "en-gb", "it", "nb", "nl", "uk")]
WOMEN += ["ktuberling-sr", "tuxpaint-be", "tuxpaint-es"]


def described(samples: Samples) -> Floats:
    voice = measure(hear(samples))
    assert voice.tract_length_cm is not None
    return np.array(
        [
            12 * np.log2(voice.pitch_hz),
            voice.pitch_spread_semitones,
            voice.tract_length_cm,
            voice.spectral_slope_db_per_octave,
            voice.harmonics_to_noise_db,
            *voice.timbre,
        ]
    )


@cache
def halves(noise: str) -> Floats:
    """Acoustics of each speaker's two halves, shape (speakers, 2, measures)."""
    noises = {"white": white_noise(10.0), "pink": pink_noise(10.0)}
    rows = []
    for name in [*MEN, *WOMEN]:
        samples = decode(SAMPLES / "speakers" / f"{name}.ogg").samples
        middle = len(samples) // 2
        both = [samples[:middle], samples[middle:]]
        rows.append([described(with_noise(h, 20, noises[noise]) if noise in noises else h) for h in both])
    return np.array(rows)


def equal_error_rate(first: Floats, second: Floats) -> float:
    """Rate at which strangers pass for one person when as many people fail to pass for themselves."""
    scale = halves("clean").reshape(-1, first.shape[1]).std(axis=0)
    distance = np.linalg.norm((first[:, None] - second[None]) / scale, axis=2)
    same = np.diag(distance)
    groups = range(len(MEN)), range(len(MEN), len(distance))
    others = np.array([distance[i, j] for group in groups for i, j in product(group, group) if i != j])
    thresholds = np.sort(np.concatenate([same, others]))
    missed = np.array([(same > t).mean() for t in thresholds])
    mistaken = np.array([(others <= t).mean() for t in thresholds])
    best = np.argmin(np.abs(missed - mistaken))
    return float((missed[best] + mistaken[best]) / 2)


def test_one_persons_halves_are_nearer_than_two_peoples() -> None:
    voices = halves("clean")

    assert equal_error_rate(voices[:, 0], voices[:, 1]) <= 0.12


@pytest.mark.parametrize("noise", ["white", "pink"])
def test_noise_at_twenty_decibels_hides_nobody(noise: str) -> None:
    noisy, clean = halves(noise), halves("clean")

    assert equal_error_rate(noisy[:, 0], noisy[:, 1]) <= 0.15
    assert equal_error_rate(clean[:, 0], noisy[:, 1]) <= 0.18
