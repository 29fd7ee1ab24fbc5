"""Hears and measures the voice in a recording."""

from dataclasses import astuple
from pathlib import Path

import numpy as np

from adapters.audio.decoding import NoSuchTrack, Sound, decode
from adapters.audio.measuring import Voice, find_voice, measure
from application.ports.audio import SAMPLE_RATE, Speech
from domain.errors import VoiceRefused
from domain.refusals import UNREADABLE
from domain.voice import LONGEST_RECORDING

_MOST_TRACKS = 8
_TIMBRE = 12  # figures
_LOUDEST = 8.0  # resampling a sound of full scale may go beyond 1
_LARGEST_MEASURE = 100_000.0
_MOST_SAMPLES = (LONGEST_RECORDING + 1) * SAMPLE_RATE


def hear(path: Path) -> tuple[Sound, Voice]:
    """Return the first track of a file in which there is a voice, and that voice.

    When no track has one, raises the `VoiceRefused` of the first track that holds sound, or else that of the file.
    """
    refusals: list[VoiceRefused] = []
    for track in range(_MOST_TRACKS):
        try:
            sound = decode(path, track)
            return sound, find_voice(sound.samples)
        except VoiceRefused as refused:
            refusals.append(refused)
        except NoSuchTrack:
            break
    raise min(refusals, key=lambda refused: refused.reason in UNREADABLE)


def listen(path: Path) -> Speech:
    """Implements `Listener`: hear and measure the voice in a file; the format is found by content, not by name.

    Takes about 0.15 s for 15 s of sound on one core. Raises `VoiceRefused`.
    """
    sound, voice = hear(path)
    return Speech(samples=sound.samples.tobytes(), acoustics=measure(voice))


def is_possible(speech: Speech) -> bool:
    """Tell whether `listen` may return this: numbers that can be drawn, and no more samples than there may be."""
    samples_bytes = np.dtype(np.float32).itemsize
    if len(speech.samples) % samples_bytes or not 0 < len(speech.samples) // samples_bytes <= _MOST_SAMPLES:
        return False
    samples = np.frombuffer(speech.samples, dtype=np.float32)
    *measures, timbre, voiced = astuple(speech.acoustics)
    known = [measure for measure in (*measures, voiced, *timbre) if measure is not None]
    return len(timbre) == _TIMBRE and bool(
        (np.abs(samples) <= _LOUDEST).all() and (np.abs(np.array(known)) <= _LARGEST_MEASURE).all()
    )
