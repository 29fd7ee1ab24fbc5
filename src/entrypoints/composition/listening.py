"""Listens to recordings in a process of its own, since what is stored may have been made by a hostile file."""

from pathlib import Path

from adapters.audio.listening import is_possible, listen
from adapters.processes.apart import call_apart
from application.ports.audio import Speech
from application.ports.processes import ProcessDied
from domain.errors import VoiceRefused


def listen_apart(path: Path) -> Speech:
    """Implements `Listener`; raises `VoiceRefused`, `CostsTooMuch`, and `ProcessDied` for a speech that cannot be."""
    speech = call_apart(listen, path, answer=Speech, errors=(VoiceRefused,), reads=(path,))
    if not is_possible(speech):
        raise ProcessDied("its answer cannot be true")
    return speech
