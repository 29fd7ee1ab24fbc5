from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest

from adapters.audio import measuring
from adapters.audio.background_noise import denoised, noise_spectrum
from adapters.audio.decoding import decode
from adapters.audio.filtering import without_rumble
from adapters.audio.harmonicity import harmonics_to_noise
from adapters.audio.hum import without_hum
from adapters.audio.measuring import find_voice, measure
from adapters.audio.pitch import track_pitch
from adapters.audio.spectrum import cepstra, power_spectra, slope
from domain.voice import Acoustics
from unit.audio import praat
from unit.audio.recording import SAMPLES
from unit.audio.sounds import (
    Samples,
    beep,
    countdown,
    dialling,
    mains_hum,
    melody,
    partials,
    pink_noise,
    ringback,
    silence,
    steady,
    telephone,
    tube,
    white_noise,
    with_noise,
)

VOICE = SAMPLES / "voice.flac"


def acoustics(samples: Samples) -> Acoustics:
    return measure(find_voice(samples))


def test_the_level_of_a_recording_does_not_change_its_acoustics() -> None:
    samples = decode(VOICE).samples

    loud, soft = acoustics(samples), acoustics(samples * np.float32(0.1))

    assert _row(soft) == pytest.approx(_row(loud), rel=1e-2, abs=1e-2)


@pytest.mark.parametrize("noise", [white_noise(), pink_noise()], ids=["white", "pink"])
@pytest.mark.parametrize("name", ["voice", "woman"])
def test_noise_at_twenty_decibels_changes_the_acoustics_little(name: str, noise: Samples) -> None:
    samples = decode(SAMPLES / f"{name}.flac").samples

    clean, noisy = acoustics(samples), acoustics(with_noise(samples, 20, noise))

    assert noisy.pitch_hz == pytest.approx(clean.pitch_hz, rel=0.01)
    assert noisy.tract_length_cm == pytest.approx(clean.tract_length_cm, rel=0.06)
    assert noisy.spectral_slope_db_per_octave == pytest.approx(clean.spectral_slope_db_per_octave, abs=0.7)
    assert noisy.harmonics_to_noise_db == pytest.approx(clean.harmonics_to_noise_db, abs=2.5)
    assert np.abs(np.subtract(noisy.timbre, clean.timbre)).max() < 0.6


def test_the_slope_of_a_sawtooth_is_six_decibels_an_octave() -> None:
    spectrum = power_spectra(steady(100, 2.0)).mean(axis=0)

    assert slope(spectrum, 8_000.0) == pytest.approx(-6.0, abs=0.4)


def test_the_slope_of_white_noise_is_zero() -> None:
    assert slope(power_spectra(white_noise()).mean(axis=0), 8_000.0) == pytest.approx(0.0, abs=0.2)


@pytest.mark.parametrize("decibels", [0, 5, 10, 15])
def test_harmonics_to_noise_is_the_ratio_that_was_mixed(decibels: float) -> None:
    mixed = with_noise(steady(150, 3.0), decibels, white_noise())

    pitch = track_pitch(mixed)

    ratio = harmonics_to_noise(pitch.strength[pitch.voiced], np.ones(pitch.voiced.sum()), background=0.0)
    assert ratio == pytest.approx(decibels, abs=1.0)


def test_noise_that_is_also_in_the_pauses_does_not_count_against_the_voice() -> None:
    with_pauses = np.concatenate([silence(1.0), steady(150, 3.0), silence(1.0)])
    mixed = with_noise(with_pauses, 10, white_noise(5.0))
    pitch = track_pitch(mixed)
    spectra = power_spectra(mixed)
    background = float(noise_spectrum(spectra, pitch.voiced).sum())
    power = spectra[pitch.voiced].sum(axis=1)

    with_noise_of_the_room = harmonics_to_noise(pitch.strength[pitch.voiced], power, 0.0)
    without_noise_of_the_room = harmonics_to_noise(pitch.strength[pitch.voiced], power, background)

    assert without_noise_of_the_room > with_noise_of_the_room + 5


def test_the_noise_of_the_pauses_is_subtracted_from_the_voice() -> None:
    noise = white_noise(6.0) * np.float32(0.3)
    voice = np.concatenate([silence(2.0), steady(150, 2.0), silence(2.0)])
    pitch = track_pitch(voice + noise)
    spectra, clean = power_spectra(voice + noise), power_spectra(voice)

    noise_of_pauses = noise_spectrum(spectra, pitch.voiced)
    left = denoised(spectra[pitch.voiced], noise_of_pauses).mean(axis=0)

    truth = clean[pitch.voiced].mean(axis=0)
    assert noise_of_pauses[8:-8].mean() == pytest.approx(power_spectra(noise)[:, 8:-8].mean(), rel=0.1)
    assert np.abs(left.sum() / truth.sum() - 1) < 0.1


def test_without_pauses_nothing_is_subtracted() -> None:
    spectra = power_spectra(steady(150, 2.0))

    assert not noise_spectrum(spectra, np.ones(len(spectra), dtype=bool)).any()


def test_timbre_changes_much_less_with_the_pitch_than_with_a_filter() -> None:
    low, high = (cepstra(power_spectra(steady(f, 1.0)))[20:-20].mean(axis=0) for f in (100, 120))
    dull = np.convolve(steady(100, 1.0), np.ones(8) / 8, mode="same").astype(np.float32)
    other = cepstra(power_spectra(dull))[20:-20].mean(axis=0)

    assert np.linalg.norm(high - low) < 0.3 * np.linalg.norm(other - low)


def test_the_pitch_spread_of_a_vibrato_is_measured_within_three_percent() -> None:
    time = np.arange(48_000) / 16_000
    vibrato = partials(150 * 2 ** (2 / 12 * np.sin(2 * np.pi * 2 * time)))

    pitch = track_pitch(vibrato)

    semitones = 12 * np.log2(pitch.hertz[pitch.voiced] / 150)
    assert np.sqrt(np.mean(semitones**2)) == pytest.approx(2 / np.sqrt(2), rel=0.03)


def _row(measured: Acoustics) -> list[float]:
    *scalars, timbre, seconds = astuple(measured)
    return [*scalars, *timbre, seconds]


def test_a_man_and_a_woman_differ_in_pitch_and_tract_length() -> None:
    man, woman = (acoustics(decode(Path(SAMPLES) / f"{name}.flac").samples) for name in ("voice", "woman"))

    assert man.pitch_hz < 130 < 170 < woman.pitch_hz
    assert man.tract_length_cm is not None
    assert woman.tract_length_cm is not None
    assert man.tract_length_cm > woman.tract_length_cm + 1.5


@pytest.mark.parametrize(
    "signal",
    [
        beep(1_000, seconds=1.0),
        beep(1_000, seconds=0.2),
        beep(1_400, seconds=0.5, peak=0.9),
        beep(425, seconds=1.0, peak=0.05),
        with_noise(beep(1_000, seconds=1.0), 20, white_noise()),
        ringback(),
        countdown(),
        dialling(),
        steady(440, 0.8),
        melody(),
    ],
    ids=["1 s", "0.2 s", "loud", "soft", "noisy", "ringback", "countdown", "dialling", "buzzer", "jingle"],
)
@pytest.mark.parametrize("name", ["voice", "woman"])
def test_a_signal_before_between_or_after_sentences_leaves_the_acoustics(name: str, signal: Samples) -> None:
    samples = decode(SAMPLES / f"{name}.flac").samples[: 16_000 * 6]
    middle = len(samples) // 2
    pause = silence(0.2)
    alone = acoustics(samples)

    for parts in (
        (signal, pause, samples),
        (samples, pause, signal),
        (samples[:middle], pause, signal, pause, samples[middle:]),
    ):
        measured = acoustics(np.concatenate(parts))
        assert measured.pitch_hz == pytest.approx(alone.pitch_hz, rel=0.02)
        assert measured.pitch_spread_semitones == pytest.approx(alone.pitch_spread_semitones, abs=0.4)
        assert measured.tract_length_cm == pytest.approx(alone.tract_length_cm, rel=0.03)
        assert np.abs(np.subtract(measured.timbre, alone.timbre)).max() < 0.35


@pytest.mark.parametrize("mains_hz", [50.0, 49.8, 60.0, 60.2, 100.0, 99.6, 120.0, 120.5])
@pytest.mark.parametrize("decibels", [15, 5])
@pytest.mark.parametrize(
    "name", ["voice.flac", "woman.flac", "speakers/klettres-cs.ogg", "speakers/tuxpaint-nl.ogg"]
)
def test_hum_beside_a_voice_changes_neither_its_pitch_nor_its_spread(
    name: str, decibels: float, mains_hz: float
) -> None:
    samples = decode(SAMPLES / name).samples
    clean = acoustics(samples)

    hummed = acoustics(with_noise(samples, decibels, mains_hum(mains_hz, 20.0)))

    assert hummed.pitch_hz == pytest.approx(clean.pitch_hz, rel=0.02)
    assert hummed.pitch_spread_semitones == pytest.approx(clean.pitch_spread_semitones, abs=0.6)


def test_a_held_vowel_is_not_taken_for_hum() -> None:
    vowel = without_rumble(tube(17.0, 100))

    assert without_hum(vowel) is vowel


def test_a_voice_keeps_its_acoustics_among_long_silences_and_far_below_full_scale() -> None:
    samples = decode(VOICE).samples[: 16_000 * 3]
    alone = acoustics(samples)
    room = 1e-4 * white_noise(40.0)

    for altered in (
        np.concatenate([silence(40.0), samples]),
        np.concatenate([samples, silence(50.0)]),
        np.concatenate([room, samples]).astype(np.float32),
        samples * np.float32(1e-3),
    ):
        measured = acoustics(altered)
        assert measured.pitch_hz == pytest.approx(alone.pitch_hz, rel=0.02)
        assert measured.pitch_spread_semitones == pytest.approx(alone.pitch_spread_semitones, abs=0.3)
        assert measured.harmonics_to_noise_db == pytest.approx(alone.harmonics_to_noise_db, abs=1.0)


@pytest.mark.parametrize("hertz", [60, 67, 73])
def test_the_tract_of_a_deep_voice_is_that_of_the_same_adult(hertz: float) -> None:
    samples = decode(VOICE).samples

    deep = acoustics(praat.lowered(samples, hertz))

    assert 60 < deep.pitch_hz < 76
    assert deep.tract_length_cm == pytest.approx(acoustics(samples).tract_length_cm, rel=0.05)


@pytest.mark.parametrize(
    "name", ["voice.flac", "woman.flac", "speakers/klettres-nds.ogg", "speakers/klettres-it.ogg"]
)
def test_a_telephone_changes_pitch_and_spread_little(name: str) -> None:
    samples = decode(SAMPLES / name).samples
    clean = acoustics(samples)

    measured = acoustics(telephone(samples))

    assert measured.pitch_hz == pytest.approx(clean.pitch_hz, rel=0.05)
    assert measured.pitch_spread_semitones == pytest.approx(clean.pitch_spread_semitones, rel=0.25)


def test_a_telephone_voice_whose_envelope_has_no_pitch_keeps_the_pitch_that_was_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    samples = telephone(decode(SAMPLES / "voice.flac").samples)
    monkeypatch.setattr(measuring, "track_pitch_by_envelope", lambda sound: track_pitch(silence(1.0)))

    measured = measure(find_voice(samples))

    assert np.isfinite(measured.pitch_hz)
    assert measured.voiced_seconds > 1
