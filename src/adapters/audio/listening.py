"""Hears and measures the voice in a recording."""

from dataclasses import astuple
from pathlib import Path

import numpy as np

from adapters.audio.decoding import NoSuchTrack, Sound, decode
from adapters.audio.measuring import Voice, find_voice, measure
from application.ports.audio import SAMPLE_RATE, SOUND_RATE, SOUND_SECONDS, Speech
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
    return Speech(
        samples=sound.samples.tobytes(),
        sound=sound.at(SOUND_RATE, SOUND_SECONDS).tobytes(),
        acoustics=measure(voice),
    )


def is_possible(speech: Speech) -> bool:
    """Tell whether `listen` may return this: numbers that can be drawn, and no more samples than there may be."""
    if not _are_possible(speech.samples, _MOST_SAMPLES):
        return False
    if not _are_possible(speech.sound, SOUND_SECONDS * SOUND_RATE):
        return False
    *measures, timbre, voiced = astuple(speech.acoustics)
    known = [measure for measure in (*measures, voiced, *timbre) if measure is not None]
    return len(timbre) == _TIMBRE and bool((np.abs(np.array(known)) <= _LARGEST_MEASURE).all())


def _are_possible(samples: bytes, most: int) -> bool:
    """Tell whether samples are numbers as loud as sound can be, at least one and no more than `most`."""
    size = np.dtype(np.float32).itemsize
    if len(samples) % size or not 0 < len(samples) // size <= most:
        return False
    return bool((np.abs(np.frombuffer(samples, dtype=np.float32)) <= _LOUDEST).all())
