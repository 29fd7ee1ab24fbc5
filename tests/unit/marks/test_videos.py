"""Marked videos: what they show, and that times and sound are those of the original."""

import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from adapters.marks.maker import MARKING
from adapters.marks.pictures import CannotMark
from adapters.marks.plate import plate_for
from adapters.marks.videos import mark_video
from adapters.processes.limited import LimitedProcesses
from domain.user import Language

BOTH = (Language.KOREAN, Language.ENGLISH)
FRAMES = 30
UNEVEN = [number for number in range(FRAMES) if number % 3 != 1]
BT709, FULL = 1, 2
LARGEST = 4096
"""Pixels a side that a model server's film may have."""


def film(
    path: Path,
    codec: str = "libx264",
    size: tuple[int, int] = (256, 256),
    layout: str = "yuv420p",
    options: dict[str, str] | None = None,
    *,
    times: Sequence[int] = range(FRAMES),
    has_sound: bool = True,
) -> None:
    """Write frames that become lighter, at some times in frames of 40 ms, and a tone."""
    width, height = size
    with av.open(str(path), "w", format="mp4") as container:
        pictures = cast("av.VideoStream", container.add_stream(codec, rate=25, options=options or {}))
        pictures.width, pictures.height, pictures.pix_fmt = width, height, layout
        context = pictures.codec_context
        context.colorspace = context.color_primaries = context.color_trc = BT709
        sound = container.add_stream("aac", rate=48_000, layout="mono") if has_sound else None
        for number in times:
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


def first_colours(path: Path) -> NDArray[np.int16]:
    with av.open(str(path)) as container:
        return next(container.decode(video=0)).to_ndarray(format="rgb24").astype(np.int16)


def turned_film(path: Path, codec: str, degrees: int, *, mirrors: bool, upends: bool) -> NDArray[np.int16]:
    """Write a film that players turn against the clock and then mirror, and return what they show of it."""
    across, down = np.meshgrid(np.linspace(20, 120, 160), np.linspace(0, 110, 96))
    picture = np.stack([across + down, 140 - across, 150 - down], axis=-1).astype(np.uint8)
    with av.open(str(path), "w", format="mp4") as container:
        pictures = cast("av.VideoStream", container.add_stream(codec, rate=25))
        pictures.width, pictures.height, pictures.pix_fmt = 160, 96, "yuv420p"
        pictures.codec_context.sample_aspect_ratio = Fraction(4, 3)
        pictures.set_display_rotation(degrees, hflip=mirrors, vflip=upends)
        container.mux(pictures.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(pictures.encode(None))
    turned = np.rot90(first_colours(path), degrees // 90)
    return turned[:: -1 if upends else 1, :: -1 if mirrors else 1]


@pytest.mark.parametrize(
    ("degrees", "mirrors", "upends", "codec"),
    [
        (0, False, False, "libx264"),
        (90, False, False, "libx264"),
        (180, False, False, "libx264"),
        (270, False, False, "libvpx-vp9"),
        (0, True, False, "libvpx-vp9"),
        (0, False, True, "libx264"),
        (90, True, False, "libx264"),
        (270, True, False, "libx264"),
    ],
)
def test_a_film_that_players_turn_is_marked_as_it_is_shown(
    tmp_path: Path, degrees: int, mirrors: bool, upends: bool, codec: str
) -> None:
    source, target = tmp_path / "film.mp4", tmp_path / "marked.mp4"
    wanted = turned_film(source, codec, degrees, mirrors=mirrors, upends=upends)
    mark_video(source, target, BOTH)
    marked = first_colours(target)
    assert marked.shape == wanted.shape
    plate = plate_for(wanted.shape[1], wanted.shape[0], BOTH)
    height, width = plate.keep.shape
    place = np.s_[plate.top : plate.top + height, plate.left : plate.left + width]
    under = wanted[place] * plate.keep[..., None] + 255 * plate.add[..., None]
    assert np.abs(marked[place] - under).mean() < 10
    below = plate.top + height + 16
    assert np.abs(marked[below:] - wanted[below:]).mean() < 3
    with av.open(str(target)) as container:
        pictures = container.streams.video[0]
        assert pictures.sample_aspect_ratio == (Fraction(3, 4) if degrees % 180 else Fraction(4, 3))
        assert "DISPLAYMATRIX" not in next(container.decode(pictures)).side_data


def ends(path: Path) -> Fraction:
    with av.open(str(path)) as container:
        pictures = container.streams.video[0]
        assert pictures.time_base is not None
        return ((pictures.start_time or 0) + (pictures.duration or 0)) * pictures.time_base


@pytest.mark.parametrize("options", [{"bf": "0"}, {"bf": "3"}])
@pytest.mark.parametrize("times", [UNEVEN, [0, 1, 2, 3, 20, 21, 40, 41], [0, 20, 22, 23, 24, 25, 45], [5]])
def test_a_film_of_uneven_frames_ends_when_its_original_does(
    tmp_path: Path, options: dict[str, str], times: Sequence[int]
) -> None:
    source, target = tmp_path / "film.mp4", tmp_path / "marked.mp4"
    film(source, options=options, times=times, has_sound=False)
    mark_video(source, target, BOTH)
    last, _ = shown(source)[-1]
    # Some encoders give frames the durations of others, so that a video ends before its last frame.
    assert abs(ends(target) - max(ends(source), last)) <= Fraction(1, 12_800)
    content = target.read_bytes()
    scale, length = struct.unpack_from(">II", content, content.index(b"mvhd") + 16)
    assert abs(Fraction(length, scale) - ends(target)) <= Fraction(1, 1000)


async def test_a_film_of_the_largest_size_is_marked_within_the_memory_for_it(tmp_path: Path) -> None:
    source, target = tmp_path / "film.mp4", tmp_path / "marked.mp4"
    film(
        source,
        size=(LARGEST, LARGEST),
        layout="yuv444p10le",  # takes most
        options={"preset": "ultrafast"},
        times=range(16),
        has_sound=False,
    )
    target.touch()
    await LimitedProcesses(120, MARKING.memory, MARKING.largest_file).run(
        mark_video,
        source,
        target,
        BOTH,
        answer=type(None),
        errors=(CannotMark,),
        reads=(source,),
        writes=(target,),
    )
    assert len(shown(target)) == 16


@pytest.mark.parametrize("times", [range(FRAMES), UNEVEN])
@pytest.mark.parametrize("options", [{"bf": "0"}, {"bf": "3", "g": "12"}])
def test_frames_keep_their_times_and_the_sound_its_bits(
    tmp_path: Path, options: dict[str, str], times: Sequence[int]
) -> None:
    source, target = tmp_path / "film.mp4", tmp_path / "marked.mp4"
    film(source, options=options, times=times)
    mark_video(source, target, BOTH)
    old, new = shown(source), shown(target)
    assert len(new) == len(times)
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
