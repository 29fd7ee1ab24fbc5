import pickle
from pathlib import Path

import numpy as np
import pytest

from adapters.audio.decoding import decode
from adapters.audio.listening import listen
from domain.errors import VoiceRefused
from domain.voice import Acoustics
from unit.audio.recording import CONTAINERS, FLAC, SAMPLES, WAV, Container, record
from unit.audio.sounds import white_noise

VOICE = SAMPLES / "voice.flac"


def test_speech_is_the_decoded_sound_with_its_acoustics() -> None:
    speech = listen(VOICE)

    samples = np.frombuffer(speech.samples, dtype=np.float32)
    assert np.array_equal(samples, decode(VOICE).samples)
    assert speech.acoustics.pitch_hz == pytest.approx(97, abs=2)
    assert speech.acoustics.tract_length_cm == pytest.approx(17.4, abs=0.5)
    assert len(speech.acoustics.timbre) == 12
    assert 7 < speech.acoustics.voiced_seconds < 10


def test_wav_and_flac_of_one_sound_give_equal_speech(tmp_path: Path) -> None:
    samples = decode(VOICE).samples

    assert listen(record(tmp_path / "one", samples, WAV)) == listen(record(tmp_path / "other", samples, FLAC))


@pytest.mark.parametrize("kind", ["webm", "ogg opus", "mp4", "mp3"])
@pytest.mark.parametrize("name", ["voice", "woman"])
def test_another_codec_gives_nearly_the_same_acoustics(name: str, kind: str, tmp_path: Path) -> None:
    original = listen(SAMPLES / f"{name}.flac").acoustics
    container: Container = CONTAINERS[kind]
    path = record(tmp_path / "recording", decode(SAMPLES / f"{name}.flac").samples, container)

    coded: Acoustics = listen(path).acoustics

    assert coded.pitch_hz == pytest.approx(original.pitch_hz, rel=0.005)
    assert coded.tract_length_cm == pytest.approx(original.tract_length_cm, rel=0.02)
    assert coded.spectral_slope_db_per_octave == pytest.approx(original.spectral_slope_db_per_octave, abs=0.3)
    assert coded.harmonics_to_noise_db == pytest.approx(original.harmonics_to_noise_db, abs=1.0)
    assert np.abs(np.subtract(coded.timbre, original.timbre)).max() < 0.15


def test_a_refusal_can_be_pickled_and_keeps_its_reason(tmp_path: Path) -> None:
    with pytest.raises(VoiceRefused) as refused:
        listen(record(tmp_path / "noise", white_noise()))

    copy = pickle.loads(pickle.dumps(refused.value))

    assert (copy.reason, str(copy)) == ("noise", str(refused.value))
    assert pickle.loads(pickle.dumps(listen)) is listen
