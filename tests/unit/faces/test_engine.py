"""The studio from the file of a recording to a face, with small pictures that are drawn fast."""

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from adapters.audio.listening import listen
from adapters.faces.studio.engine import DrawingSettings, Studio, StudioOrder, recording_seed
from application.ports.faces import FaceFiles, Stage
from domain.errors import VoiceRefused
from domain.voice import Gender, Person
from unit.faces.samples import SAMPLE
from unit.faces.voices import listen_to_bytes

WOMAN = Person(30, Gender.WOMAN)
SMALL = DrawingSettings(size=64, processes=1)
STUDIO = Studio(listen_to_bytes, SMALL)


def ignore(stage: Stage, fraction: float) -> None:
    """A progress report that does nothing."""


def face(folder: Path, content: bytes, kind: str = "voice", studio: Studio = STUDIO) -> FaceFiles:
    folder.mkdir()
    voice = folder / "voice"
    voice.write_bytes(content)
    make = studio.voice_face if kind == "voice" else studio.condition_face
    return make(StudioOrder(voice, WOMAN, folder), ignore)


def test_the_same_voice_gives_the_same_bytes_and_another_voice_another_face(tmp_path: Path) -> None:
    first = face(tmp_path / "1", b"one voice....").portrait.read_bytes()
    again = face(tmp_path / "2", b"one voice....").portrait.read_bytes()
    other = face(tmp_path / "3", b"ANOTHER VOICE").portrait.read_bytes()
    assert first == again
    assert first != other


def test_the_same_recording_gives_the_same_condition_face_whose_video_has_sound(tmp_path: Path) -> None:
    first, again = face(tmp_path / "1", b"one", "condition"), face(tmp_path / "2", b"one", "condition")
    assert first.portrait.read_bytes() == again.portrait.read_bytes()
    assert first.acoustics is None
    assert first.video is not None
    with av.open(str(first.video)) as container:
        assert len(container.streams.audio) == 1


def test_another_recording_of_the_same_measures_gives_another_condition_face(tmp_path: Path) -> None:
    take, retake = b"heard twelve, once", b"heard twelve, twice"
    voices = [face(tmp_path / str(i), content) for i, content in enumerate((take, retake))]
    assert voices[0].acoustics == voices[1].acoustics
    assert voices[0].portrait.read_bytes() == voices[1].portrait.read_bytes()
    conditions = [face(tmp_path / f"c{i}", content, "condition") for i, content in enumerate((take, retake))]
    assert conditions[0].portrait.read_bytes() != conditions[1].portrait.read_bytes()


def test_the_seed_of_the_imaginary_voice_is_the_digest_of_the_file(tmp_path: Path) -> None:
    recording = tmp_path / "voice"
    recording.write_bytes(b"")
    assert recording_seed(recording) == int(
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 16
    )


def test_a_voice_face_comes_with_the_acoustics_of_its_voice(tmp_path: Path) -> None:
    files = face(tmp_path / "1", b"one")
    assert files.acoustics is not None
    assert files.acoustics.pitch_hz == pytest.approx(118)


def test_pictures_are_square_and_the_video_is_as_long_as_the_voice(tmp_path: Path) -> None:
    files = face(tmp_path / "1", b"one")
    with Image.open(files.portrait) as image:
        assert image.size == (64, 64)
    assert files.video is not None
    with av.open(str(files.video)) as container:
        pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(pictures) == 30
    assert np.ptp(np.stack(pictures).astype(int), axis=0).max() > 20


def test_a_video_drawn_by_two_processes_shows_the_same_as_one_drawn_by_one(tmp_path: Path) -> None:
    alone = face(tmp_path / "1", b"one", studio=STUDIO).video
    shared = face(tmp_path / "2", b"one", studio=Studio(listen_to_bytes, replace(SMALL, processes=2))).video
    assert alone is not None
    assert shared is not None
    with av.open(str(alone)) as first, av.open(str(shared)) as second:
        pairs = zip(first.decode(video=0), second.decode(video=0), strict=True)
        for one, two in pairs:
            difference = one.to_ndarray(format="rgb24").astype(int) - two.to_ndarray(format="rgb24")
            assert np.abs(difference).mean() < 3


def test_a_refused_voice_leaves_no_files(tmp_path: Path) -> None:
    with pytest.raises(VoiceRefused):
        face(tmp_path / "1", b"")
    assert [path.name for path in (tmp_path / "1").iterdir()] == ["voice"]


def test_stages_are_reported_in_order_and_filming_is_reported_until_it_is_complete(tmp_path: Path) -> None:
    (tmp_path / "voice").write_bytes(b"one")
    seen: list[tuple[Stage, float]] = []
    order = StudioOrder(tmp_path / "voice", WOMAN, tmp_path)
    STUDIO.voice_face(order, lambda stage, share: seen.append((stage, share)))
    stages = [list(Stage).index(stage) for stage, _ in seen]
    assert stages == sorted(stages)
    assert {stage for stage, _ in seen} == set(Stage)
    filming = [share for stage, share in seen if stage is Stage.FILMING]
    assert filming == sorted(filming)
    assert filming[-1] == 1


def test_a_recording_as_wav_and_as_flac_gives_byte_identical_portraits(tmp_path: Path) -> None:
    wav = tmp_path / "voice.wav"
    with av.open(str(SAMPLE)) as source, av.open(str(wav), "w") as target:
        stream = target.add_stream("pcm_s16le", rate=16_000, layout="mono")
        for frame in source.decode(audio=0):
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    portraits = []
    for name, voice in (("a", wav), ("b", SAMPLE)):
        (tmp_path / name).mkdir()
        studio = Studio(listen, SMALL)
        order = StudioOrder(voice, WOMAN, tmp_path / name)
        portraits.append(studio.voice_face(order, ignore).portrait.read_bytes())
    assert portraits[0] == portraits[1]


def test_a_loop_is_a_silent_endless_animation_of_at_most_300_kilobytes(tmp_path: Path) -> None:
    loop = face(tmp_path / "1", b"one").loop
    assert loop is not None
    assert loop.stat().st_size <= 300_000
    with Image.open(loop) as image:
        assert image.format == "WEBP"
        assert getattr(image, "n_frames", 1) > 10
        assert image.info["loop"] == 0
