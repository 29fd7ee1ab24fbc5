"""The files of videos and portraits, read with PyAV and Pillow."""

from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from adapters.audio.decoding import decode
from adapters.faces.studio.film.encoder import FRAME_RATE, join, write_part, write_png
from adapters.faces.studio.film.loop import SIZE as LOOP_SIZE
from adapters.faces.studio.film.loop import write_loop
from application.ports.audio import SOUND_RATE
from unit.faces.samples import SAMPLES

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
    sound = np.zeros(int(seconds * SOUND_RATE), dtype=np.float32)
    at = int((FLASH + 0.5) / FRAME_RATE * SOUND_RATE)
    sound[at : at + 120] = 0.9
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


def sound_of(path: Path) -> NDArray[np.float32]:
    """The sound as it is played: what the index cuts off at the beginning is left out."""
    with av.open(str(path)) as container:
        pieces = [(frame.pts or 0, frame.to_ndarray()[0]) for frame in container.decode(audio=0)]
    sound = np.concatenate([samples for _, samples in pieces])
    return np.concatenate([np.zeros(max(0, pieces[0][0]), np.float32), sound[max(0, -pieces[0][0]) :]])


def with_sound(sound: NDArray[np.floating], folder: Path) -> Path:
    """A second of video with a sound."""
    write_part(frames(0, 25), folder / "a.mp4")
    join([folder / "a.mp4"], sound.astype(np.float32), 25, folder / "video.mp4")
    return folder / "video.mp4"


def level(sound: NDArray[np.floating], low: float, high: float) -> float:
    """Decibels of a band's energy."""
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / SOUND_RATE)
    return float(10 * np.log10(power[(hertz >= low) & (hertz < high)].sum() + 1e-12))


def test_high_frequencies_are_kept(tmp_path: Path) -> None:
    noise = 0.1 * np.random.default_rng(2).standard_normal(SOUND_RATE)
    heard = sound_of(with_sound(noise, tmp_path))[:SOUND_RATE]
    for low, high in ((100, 1000), (1000, 8000), (8000, 10_000), (10_000, 14_000), (14_000, 16_000)):
        assert level(heard, low, high) == pytest.approx(level(noise, low, high), abs=1.5)


def test_sound_starts_with_the_pictures(tmp_path: Path) -> None:
    noise = 0.1 * np.random.default_rng(3).standard_normal(SOUND_RATE)
    heard = sound_of(with_sound(noise, tmp_path))[:SOUND_RATE]
    alike = np.fft.irfft(np.fft.rfft(heard, 2 * SOUND_RATE) * np.conj(np.fft.rfft(noise, 2 * SOUND_RATE)))
    delay = (int(np.argmax(alike)) + SOUND_RATE) % (2 * SOUND_RATE) - SOUND_RATE
    assert abs(delay) < 0.005 * SOUND_RATE


def test_loud_sound_is_turned_down_as_a_whole_instead_of_being_clipped(tmp_path: Path) -> None:
    time = np.arange(SOUND_RATE) / SOUND_RATE
    loud = 1.4 * np.sin(2 * np.pi * 440 * time) * np.linspace(0.5, 1, len(time))
    heard = sound_of(with_sound(loud, tmp_path))[:SOUND_RATE]
    assert np.abs(heard).max() < 1
    assert level(heard, 1300, 20_000) < level(heard, 400, 480) - 50
    quiet = sound_of(with_sound(0.1 * loud, tmp_path))[:SOUND_RATE]
    assert level(quiet, 400, 480) == pytest.approx(level(0.1 * loud, 400, 480), abs=0.1)


@pytest.mark.parametrize("speaker", ["tuxpaint-es", "klettres-cs"])
def test_loud_speech_is_hardly_changed_and_not_clipped(speaker: str, tmp_path: Path) -> None:
    """Recordings of full scale."""
    speech = decode(SAMPLES / "speakers" / f"{speaker}.ogg").at(SOUND_RATE, 4)
    speech = 0.8 * speech / np.abs(speech).max()
    write_part(frames(0, 50) * 2, tmp_path / "a.mp4")
    join([tmp_path / "a.mp4"], speech, 100, tmp_path / "video.mp4")
    heard = sound_of(tmp_path / "video.mp4")[: len(speech)]
    assert np.abs(heard).max() < 1
    noise = heard - speech[: len(heard)]
    assert 10 * np.log10((speech**2).mean() / (noise**2).mean()) > 30


def patches() -> NDArray[np.uint8]:
    """Forty-eight colours, among them those of skin, in squares that are even inside."""
    colours = np.random.default_rng(4).integers(20, 236, (6, 8, 3))
    colours[0, :4] = [(224, 172, 145), (141, 85, 60), (250, 230, 215), (70, 45, 35)]
    return np.kron(colours, np.ones((16, 16, 1))).astype(np.uint8)


INSIDE = np.tile(np.pad(np.ones((8, 8), dtype=bool), 4), (6, 8))
"""The pixels that are far from the edge of their patch."""


@pytest.fixture
def coloured(tmp_path: Path) -> Path:
    for name in ("a.mp4", "b.mp4"):
        write_part([patches()] * 30, tmp_path / name)
    join([tmp_path / "a.mp4", tmp_path / "b.mp4"], clicking(2.4), 60, tmp_path / "video.mp4")
    return tmp_path / "video.mp4"


def test_video_and_index_say_what_the_colours_are(coloured: Path) -> None:
    with av.open(str(coloured)) as container:
        context = container.streams.video[0].codec_context
        frame = next(container.decode(video=0))
        for tagged in (context, frame):
            told = (tagged.color_primaries, tagged.color_trc, tagged.colorspace, tagged.color_range)
            assert told == (1, 13, 1, 1)  # BT.709, sRGB, BT.709, 16 to 235
    assert b"colrnclx\0\x01\0\x0d\0\x01\0" in coloured.read_bytes()


def test_a_player_shows_the_colours_that_were_drawn(coloured: Path) -> None:
    with av.open(str(coloured)) as container:
        shown = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    for picture in (shown[0], shown[-1]):
        difference = np.abs(picture.astype(int) - patches())[INSIDE]
        assert difference.mean() < 1.5
        assert difference.max() <= 6


def test_a_player_that_knows_bt_709_alone_shows_them_too(coloured: Path) -> None:
    with av.open(str(coloured)) as container:
        frame = next(container.decode(video=0))
    planes = [np.asarray(plane, np.uint8).reshape(-1, plane.line_size) for plane in frame.planes]
    luma = planes[0][:, : frame.width].astype(float) - 16
    blue, red = (
        plane[:, : frame.width // 2].astype(float).repeat(2, axis=0).repeat(2, axis=1) - 128
        for plane in planes[1:]
    )
    chroma = np.stack([1.5748 * red, -0.1873 * blue - 0.4681 * red, 1.8556 * blue], axis=-1)
    rgb = luma[..., None] * 255 / 219 + chroma * 255 / 224
    difference = np.abs(rgb.clip(0, 255) - patches())[INSIDE]
    assert difference.mean() < 1.5


def test_the_loop_has_the_colours_of_the_pictures(coloured: Path, tmp_path: Path) -> None:
    write_loop(coloured, tmp_path / "loop.webp")
    with Image.open(tmp_path / "loop.webp") as image:
        shown = np.asarray(image.convert("RGB").resize((128, 96), Image.Resampling.BOX)).astype(int)
        assert image.size == (LOOP_SIZE, LOOP_SIZE)
    middles = (slice(8, None, 16), slice(8, None, 16))
    assert np.abs(shown[middles] - patches()[middles]).mean() < 4


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
