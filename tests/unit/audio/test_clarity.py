"""Which of several sounds holds the clearest voice."""

import numpy as np
import pytest

from adapters.audio.clarity import voice_clarity
from adapters.audio.decoding import decode
from unit.audio.recording import RECORDINGS, SAMPLES
from unit.audio.sounds import (
    Samples,
    chords,
    countdown,
    mains_hum,
    melody,
    pink_noise,
    ringback,
    silence,
    sine,
    telephone,
    white_noise,
    with_noise,
)

VOICES = [
    "voice.flac",
    "woman.flac",
    "speakers/klettres-it.ogg",
    "speakers/tuxpaint-nl.ogg",
    "speakers/klettres-fr.ogg",
]


@pytest.fixture(params=VOICES)
def samples(request: pytest.FixtureRequest) -> Samples:
    return decode(SAMPLES / request.param).samples


def test_noise_makes_a_voice_less_clear(samples: Samples) -> None:
    clear = [
        voice_clarity(samples),
        *(voice_clarity(with_noise(samples, d, white_noise(5.0))) for d in (15, 5)),
    ]

    assert clear[0] > clear[1] > clear[2] > 0


def test_every_voice_is_clearer_than_other_sounds(samples: Samples) -> None:
    music = decode(RECORDINGS / "music.ogg").samples
    others = [
        sine(440),
        ringback(),
        countdown(),
        mains_hum(50.0),
        melody(),
        chords(),
        music,
        pink_noise(),
        silence(5.0),
    ]

    least = min(
        voice_clarity(s) for s in (samples, telephone(samples), with_noise(samples, 10, pink_noise()))
    )

    assert least > max(map(voice_clarity, others))


def test_the_mix_of_two_microphones_is_not_much_clearer_than_one(samples: Samples) -> None:
    late = np.concatenate([silence(0.005), samples[:-80]])

    assert voice_clarity((samples + late) / 2) < voice_clarity(samples) + 1.5


def test_a_voice_counts_after_a_long_silence_and_after_ringing(samples: Samples) -> None:
    for before in (silence(40.0), ringback()):
        assert voice_clarity(np.concatenate([before, samples[: 16_000 * 4]])) > 3
