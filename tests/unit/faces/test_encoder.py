"""The files of videos and portraits, read with PyAV and Pillow."""

from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from adapters.faces.studio.film.encoder import FRAME_RATE, join, write_part, write_png
from application.ports.audio import SAMPLE_RATE

SIZE = 64
FRAMES = 60
FLASH = 37


def frames(first: int, last: int) -> list[NDArray[np.uint8]]:
    """Grey pictures, each a little lighter than the one before, and one white flash."""
    return [
        np.full((SIZE, SIZE, 3), 255 if number == FLASH else 20 + number, dtype=np.uint8)
        for number in range(first, last)
    ]


def clicking(seconds: float) -> NDArray[np.float32]:
    """Silence with a click in the middle of the flash's frame."""
    sound = np.zeros(int(seconds * SAMPLE_RATE), dtype=np.float32)
    at = int((FLASH + 0.5) / FRAME_RATE * SAMPLE_RATE)
    sound[at : at + 40] = 0.9
    return sound


@pytest.fixture
def video(tmp_path: Path) -> Path:
    parts = [tmp_path / "a.mp4", tmp_path / "b.mp4"]
    write_part(frames(0, 25), parts[0])
    write_part(frames(25, FRAMES), parts[1])
    join(parts, clicking(5.0), FRAMES, tmp_path / "video.mp4")
    return tmp_path / "video.mp4"


def test_a_video_is_h264_with_aac_at_25_frames_a_second(video: Path) -> None:
    with av.open(str(video)) as container:
        pictures, sound = container.streams.video[0], container.streams.audio[0]
        assert (pictures.codec_context.name, sound.codec_context.name) == ("h264", "aac")
        assert (pictures.width, pictures.height) == (SIZE, SIZE)
        assert pictures.average_rate == FRAME_RATE
        assert pictures.codec_context.pix_fmt == "yuv420p"


def test_pictures_and_sound_last_equally_long(video: Path) -> None:
    with av.open(str(video)) as container:
        assert sum(1 for _ in container.decode(video=0)) == FRAMES
    with av.open(str(video)) as container:
        samples = sum(frame.samples for frame in container.decode(audio=0))
    assert samples / 48_000 == pytest.approx(FRAMES / FRAME_RATE, abs=0.03)


def test_parts_are_joined_in_order_with_even_timestamps(video: Path) -> None:
    with av.open(str(video)) as container:
        decoded = [
            (frame.time, frame.to_ndarray(format="gray").mean()) for frame in container.decode(video=0)
        ]
    times = np.array([time for time, _ in decoded], dtype=np.float64)
    np.testing.assert_allclose(times, np.arange(FRAMES) / FRAME_RATE, atol=1e-3)
    light = np.delete(np.array([value for _, value in decoded]), FLASH)
    assert (np.diff(light) > -0.6).all()


def test_a_flash_and_its_click_are_less_than_a_frame_apart(video: Path) -> None:
    with av.open(str(video)) as container:
        brightest = max(container.decode(video=0), key=lambda frame: frame.to_ndarray(format="gray").mean())
        seen = brightest.time or 0.0
    with av.open(str(video)) as container:
        pieces = [(frame.time, frame.to_ndarray()[0]) for frame in container.decode(audio=0)]
    start = pieces[0][0] or 0.0
    sound = np.concatenate([samples for _, samples in pieces])
    heard = start + int(np.argmax(np.abs(sound))) / 48_000
    assert seen <= heard + 0.005
    assert heard - seen < 0.04


def test_players_find_the_index_before_the_data(video: Path) -> None:
    content = video.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_sound_that_is_shorter_than_the_pictures_is_continued_with_silence(tmp_path: Path) -> None:
    write_part(frames(0, 25), tmp_path / "a.mp4")
    join([tmp_path / "a.mp4"], clicking(0.5), 25, tmp_path / "video.mp4")
    with av.open(str(tmp_path / "video.mp4")) as container:
        samples = sum(frame.samples for frame in container.decode(audio=0))
    assert samples / 48_000 == pytest.approx(1.0, abs=0.03)


def test_a_png_holds_the_pixels_and_the_same_pixels_give_the_same_bytes(tmp_path: Path) -> None:
    picture = np.random.default_rng(1).integers(0, 255, (SIZE, SIZE, 3)).astype(np.uint8)
    write_png(picture, tmp_path / "a.png")
    write_png(picture.copy(), tmp_path / "b.png")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    with Image.open(tmp_path / "a.png") as image:
        assert np.array_equal(np.asarray(image), picture)
