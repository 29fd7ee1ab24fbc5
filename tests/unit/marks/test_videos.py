"""Marked videos: what they show, and that times and sound are those of the original."""

from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from adapters.marks.pictures import CannotMark
from adapters.marks.plate import plate_for
from adapters.marks.videos import mark_video
from domain.user import Language

BOTH = (Language.KOREAN, Language.ENGLISH)
FRAMES = 30
BT709, FULL = 1, 2


def film(
    path: Path,
    codec: str = "libx264",
    size: tuple[int, int] = (256, 256),
    layout: str = "yuv420p",
    options: dict[str, str] | None = None,
    *,
    is_uneven: bool = False,
    has_sound: bool = True,
) -> None:
    """Write frames that become lighter, and a tone; an uneven film lacks every third frame."""
    width, height = size
    with av.open(str(path), "w", format="mp4") as container:
        pictures = cast("av.VideoStream", container.add_stream(codec, rate=25, options=options or {}))
        pictures.width, pictures.height, pictures.pix_fmt = width, height, layout
        context = pictures.codec_context
        context.colorspace = context.color_primaries = context.color_trc = BT709
        sound = container.add_stream("aac", rate=48_000, layout="mono") if has_sound else None
        for number in range(FRAMES):
            if is_uneven and number % 3 == 1:
                continue
            frame = av.VideoFrame.from_ndarray(
                np.full((height, width, 3), 60 + 4 * number, np.uint8), format="rgb24"
            )
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(pictures.encode(frame))
        container.mux(pictures.encode(None))
        if sound is not None:
            samples = np.sin(np.arange(FRAMES * 1920, dtype=np.float32) / 20)
            tone = av.AudioFrame.from_ndarray(samples[None] / 2, format="flt", layout="mono")
            tone.sample_rate, tone.pts, tone.time_base = 48_000, 0, Fraction(1, 48_000)
            for part in AudioResampler(format="fltp", layout="mono", rate=48_000, frame_size=1024).resample(
                tone
            ):
                container.mux(sound.encode(part))
            container.mux(sound.encode(None))


def shown(path: Path) -> list[tuple[Fraction, NDArray[np.uint8]]]:
    """Return the time and the grey picture of each frame."""
    with av.open(str(path)) as container:
        return [
            (
                Fraction(frame.pts or 0) * Fraction(frame.time_base or 0),
                cast("NDArray[np.uint8]", frame.to_ndarray(format="gray")),
            )
            for frame in container.decode(video=0)
        ]


def heard(path: Path) -> tuple[NDArray[np.float32], int | None]:
    """Return the samples, and the time of the first one."""
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=0))
    return np.concatenate([frame.to_ndarray() for frame in frames], axis=1), frames[0].pts


@pytest.mark.parametrize("is_uneven", [False, True])
@pytest.mark.parametrize("options", [{"bf": "0"}, {"bf": "3", "g": "12"}])
def test_frames_keep_their_times_and_the_sound_its_bits(
    tmp_path: Path, options: dict[str, str], is_uneven: bool
) -> None:
    source, target = tmp_path / "film.mp4", tmp_path / "marked.mp4"
    film(source, options=options, is_uneven=is_uneven)
    mark_video(source, target, BOTH)
    old, new = shown(source), shown(target)
    assert len(new) == (20 if is_uneven else FRAMES)
    assert [time for time, _ in new] == [time for time, _ in old]
    assert np.array_equal(heard(target)[0], heard(source)[0])
    assert heard(target)[1] == heard(source)[1]
    with av.open(str(source)) as first, av.open(str(target)) as second:
        assert first.duration is not None
        assert second.duration is not None
        assert abs(first.duration - second.duration) <= 40_000
    content = target.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")  # players start at once


@pytest.mark.parametrize(
    ("codec", "size", "layout"),
    [
        ("libx264", (256, 256), "yuv420p"),
        ("libx264", (256, 144), "yuvj420p"),
        ("libx264", (144, 256), "yuv444p"),
        ("libx264", (256, 256), "yuv420p10le"),
        ("libvpx-vp9", (256, 256), "yuv420p"),
    ],
)
def test_every_frame_has_the_mark_and_is_else_the_same(
    tmp_path: Path, codec: str, size: tuple[int, int], layout: str
) -> None:
    source, target = tmp_path / "film.mp4", tmp_path / "marked.mp4"
    film(source, codec, size, layout, has_sound=False)
    mark_video(source, target, BOTH)
    plate = plate_for(*size, BOTH)
    height, width = plate.keep.shape
    old, new = shown(source), shown(target)
    assert len(new) == len(old) == FRAMES
    for (_, before), (_, after) in zip(old, new, strict=True):
        place = np.s_[plate.top : plate.top + height, plate.left : plate.left + width]
        wanted = before[place] * plate.keep + 255 * plate.add
        assert np.abs(after[place] - wanted).mean() < 8
        below = plate.top + height + 16
        assert np.abs(after[below:].astype(int) - before[below:]).max() <= 4


def test_colours_are_tagged_as_before(tmp_path: Path) -> None:
    source, target = tmp_path / "film.mp4", tmp_path / "marked.mp4"
    film(source, layout="yuvj420p", has_sound=False)
    mark_video(source, target, BOTH)
    with av.open(str(target)) as container:
        context = container.streams.video[0].codec_context
        assert (context.colorspace, context.color_primaries, context.color_trc) == (BT709, BT709, BT709)
        assert context.color_range == FULL


def test_an_odd_row_or_column_is_left_out(tmp_path: Path) -> None:
    source, target = tmp_path / "film.mp4", tmp_path / "marked.mp4"
    film(source, "libvpx-vp9", (131, 65), has_sound=False)
    mark_video(source, target, BOTH)
    assert {picture.shape for _, picture in shown(target)} == {(64, 130)}


def test_what_is_no_film_or_breaks_off_cannot_be_marked(tmp_path: Path) -> None:
    source, target = tmp_path / "film.mp4", tmp_path / "marked.mp4"
    film(source, size=(128, 128))
    content = source.read_bytes()
    for broken in (b"no film", content[: len(content) // 2], content.replace(b"avc1", b"xxxx")):
        source.write_bytes(broken)
        with pytest.raises(CannotMark, match="video"):
            mark_video(source, target, BOTH)


def test_an_empty_film_is_no_disk_that_fails(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").touch()
    with pytest.raises(CannotMark):
        mark_video(tmp_path / "film.mp4", tmp_path / "marked.mp4", BOTH)
