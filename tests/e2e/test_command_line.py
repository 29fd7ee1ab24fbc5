"""The commands, with the real studio."""

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

from adapters.credentials.metadata.statement import SOURCE_TYPES
from adapters.credentials.verifying import Standing, read_credentials
from application.ports.faces import Origin
from e2e.voices import SAMPLE, short_voice

PROGRAM = (sys.executable, "-m", "entrypoints")
LONGEST_VIDEO = 8.0


def faces_in(folder: Path) -> dict[str, float]:
    """Check the four files; return the lengths of the videos in seconds."""
    lengths = {}
    for portrait, video_file in (("portrait.png", "talking.mp4"), ("condition.png", "condition.mp4")):
        with Image.open(folder / portrait) as picture:
            assert (picture.format, picture.size) == ("PNG", (512, 512))
            assert len(set(picture.convert("L").tobytes())) > 100  # many shades: not one colour
        with av.open(folder / video_file) as container:
            (video,), (audio,) = container.streams.video, container.streams.audio
            assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
            assert (video.width, video.height) == (512, 512)
            assert video.average_rate == 25
            frames = sum(1 for _ in container.decode(video))
        lengths[video_file] = frames / 25
    assert (folder / "portrait.png").read_bytes() != (folder / "condition.png").read_bytes()
    return lengths


def test_the_demo_leaves_both_portraits_and_both_videos(tmp_path: Path) -> None:
    out = tmp_path / "out"
    environment = {**os.environ, "HTTP_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9"}
    completed = subprocess.run(
        [*PROGRAM, "demo", str(SAMPLE), "--age", "9", "--gender", "man", "--out", str(out)],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert completed.returncode == 0, completed.stdout + completed.stderr
    assert faces_in(out) == {"talking.mp4": LONGEST_VIDEO, "condition.mp4": LONGEST_VIDEO}
    for name in ("portrait.png", "talking.mp4", "condition.png", "condition.mp4", "vocal tract", "pitch"):
        assert name in completed.stdout
    for file in out.iterdir():
        found = read_credentials(file, issuers="")  # its service, and the key of that, are gone
        assert (found.standing, found.source_type) == (
            Standing.UNKNOWN_ISSUER,
            SOURCE_TYPES[Origin.ALGORITHM],
        )


def test_generate_makes_the_same_faces_each_time_without_the_service(tmp_path: Path) -> None:
    voice = tmp_path / "voice"
    voice.write_bytes(short_voice(2.0))
    for folder in ("one", "other"):
        completed = subprocess.run(
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
            umask=0o022,
        )
        assert completed.returncode == 0, completed.stdout + completed.stderr
        assert {path.stat().st_mode & 0o777 for path in (tmp_path / folder).iterdir()} == {0o644}
        assert faces_in(tmp_path / folder) == pytest.approx(
            {"talking.mp4": 2.0, "condition.mp4": 2.0}, abs=0.1
        )
    for name in ("portrait.png", "condition.png"):
        content = (tmp_path / "one" / name).read_bytes()
        assert content == (tmp_path / "other" / name).read_bytes()
        assert SOURCE_TYPES[Origin.ALGORITHM].encode() in content


def test_a_demo_that_is_stopped_stops_its_service(tmp_path: Path) -> None:
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
        (["serve", "--data", "README.md/data"], "cannot be used: Not a directory"),
        (["generate", str(SAMPLE), "--out", "/proc/out"], "Nothing can be written to /proc/out"),
        (["demo", str(SAMPLE), "--out", "/proc/out"], "Nothing can be written to /proc/out"),
    ],
)
def test_a_command_that_fails_prints_a_sentence(arguments: list[str], words: str, tmp_path: Path) -> None:
    out = ["--out", str(tmp_path)] if len(arguments) == 2 else []
    completed = subprocess.run([*PROGRAM, *arguments, *out], capture_output=True, text=True)
    assert completed.returncode != 0
    assert words in " ".join(completed.stderr.split())
    assert "Traceback" not in completed.stderr
