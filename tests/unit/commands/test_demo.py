"""What the demo does with a result that lacks something."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from entrypoints.commands.demo import save

RESULT: dict[str, Any] = {
    "voice_image_url": "http://service/voice.png",
    "voice_gif_url": None,
    "condition_image_url": "http://service/condition.png",
    "condition_gif_url": "http://service/condition.mp4",
    "note": "The video could not be made.",
}


async def test_a_result_without_a_video_is_saved_without_it_and_the_note_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "talking.mp4").write_text("of an earlier demo")
    transport = httpx.MockTransport(lambda request: httpx.Response(200, text=request.url.path))
    async with httpx.AsyncClient(transport=transport) as client:
        await save(client, RESULT, tmp_path)
    saved = {path.name for path in tmp_path.iterdir()}
    assert saved == {"portrait.png", "condition.png", "condition.mp4"}
    assert "There is no talking.mp4. The video could not be made." in capsys.readouterr().out
