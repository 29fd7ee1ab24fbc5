"""A voice checker that accepts every file except two."""

from pathlib import Path

from domain.errors import VoiceRefused
from domain.voice import Recording

NO_VOICE = b"no voice in here"
NOT_AUDIO = b"not audio at all"


class TrustingChecker:
    """Implements `VoiceChecker` without decoding: refuses `NO_VOICE` and `NOT_AUDIO`, takes all else for WAV."""

    async def check(self, path: Path) -> Recording:
        """Compare the content with the two that are refused."""
        content = path.read_bytes()
        if content == NOT_AUDIO:
            raise VoiceRefused("not_audio", "This is no recording that we can read. Record again.")
        if content == NO_VOICE:
            raise VoiceRefused("no_voice", "We heard no voice in it: record again, closer to the microphone.")
        return Recording(seconds=15.0, media_type="audio/wav", suffix=".wav")
