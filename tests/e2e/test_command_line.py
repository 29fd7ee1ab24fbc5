"""What a newcomer types, with the real studio behind it."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import av
import httpx
import pytest
from PIL import Image

from e2e.voices import SAMPLE, short_voice

PROGRAM = (sys.executable, "-m", "entrypoints")
LONGEST_FILM = 8.0


def faces_in(folder: Path) -> dict[str, float]:
    """Look at the four files; return the films' lengths in seconds."""
    lengths = {}
    for portrait, film in (("portrait.png", "talking.mp4"), ("condition.png", "condition.mp4")):
        with Image.open(folder / portrait) as picture:
            assert (picture.format, picture.size) == ("PNG", (512, 512))
            assert len(set(picture.convert("L").tobytes())) > 100  # shades of a drawing, not one colour
        with av.open(folder / film) as container:
            (video,), (audio,) = container.streams.video, container.streams.audio
            assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
            assert (video.width, video.height) == (512, 512)
            assert video.average_rate == 25
            frames = sum(1 for _ in container.decode(video))
        lengths[film] = frames / 25
    assert (folder / "portrait.png").read_bytes() != (folder / "condition.png").read_bytes()
    return lengths


def test_the_demo_leaves_both_faces_and_both_films(tmp_path: Path) -> None:
    out = tmp_path / "out"
    environment = {**os.environ, "HTTP_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9"}
    told = subprocess.run(
        [*PROGRAM, "demo", str(SAMPLE), "--age", "35", "--gender", "man", "--out", str(out)],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert faces_in(out) == {"talking.mp4": LONGEST_FILM, "condition.mp4": LONGEST_FILM}
    for name in ("portrait.png", "talking.mp4", "condition.png", "condition.mp4", "vocal tract", "pitch"):
        assert name in told.stdout


def test_generate_makes_the_same_faces_without_the_service(tmp_path: Path) -> None:
    voice = tmp_path / "voice"
    voice.write_bytes(short_voice(2.0))
    for folder in ("one", "other"):
        told = subprocess.run(
            [
                *PROGRAM,
                "generate",
                str(voice),
                "--age",
                "35",
                "--gender",
                "man",
                "--out",
                str(tmp_path / folder),
            ],
            capture_output=True,
            text=True,
        )
        assert told.returncode == 0, told.stdout + told.stderr
        assert faces_in(tmp_path / folder) == pytest.approx(
            {"talking.mp4": 2.0, "condition.mp4": 2.0}, abs=0.1
        )
    for name in ("portrait.png", "condition.png"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()


def test_a_demo_that_is_told_to_stop_takes_its_service_along(tmp_path: Path) -> None:
    command = [*PROGRAM, "demo", str(SAMPLE), "--out", str(tmp_path / "out")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        found = re.search(r"http://[\d.:]+\d", demo.stdout.readline())
        assert found is not None
        demo.send_signal(signal.SIGTERM)
        assert demo.wait(60) == 128 + signal.SIGTERM
    with pytest.raises(httpx.ConnectError):
        httpx.get(found[0], trust_env=False)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["generate", "README.md"], "any sound"),
        (["demo", "README.md"], "any sound"),
        (["generate", "nowhere.wav"], "does not exist"),
        (["serve", "--port", "99999"], "99999"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(arguments: list[str], words: str, tmp_path: Path) -> None:
    out = ["--out", str(tmp_path)] if arguments[0] != "serve" else []
    told = subprocess.run([*PROGRAM, *arguments, *out], capture_output=True, text=True)
    assert told.returncode != 0
    assert words in " ".join(told.stderr.split())
    assert "Traceback" not in told.stderr
