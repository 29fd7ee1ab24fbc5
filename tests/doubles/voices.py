"""A voice checker that accepts every file except two."""

from pathlib import Path

from domain.ids import UserId
from domain.refusals import refusal
from domain.voice import Recording

NO_VOICE = b"no voice in here"
NOT_AUDIO = b"not audio at all"


class TrustingChecker:
    """Implements `VoiceChecker` without decoding: refuses `NO_VOICE` and `NOT_AUDIO`, copies all else unchanged."""

    async def check(self, path: Path, copy: Path, user_id: UserId) -> Recording:
        """Compare the content with the two that are refused."""
        content = path.read_bytes()
        if content == NOT_AUDIO:
            raise refusal("not_audio")
        if content == NO_VOICE:
            raise refusal("no_voice")
        copy.write_bytes(content)
        return Recording(seconds=15.0, media_type="audio/flac", suffix=".flac")
