"""From recordings to portraits: the same recording gives the same face, another voice another one."""

import hashlib
from pathlib import Path

import av
import pytest

from adapters.audio.checking import check
from adapters.audio.decoding import decode
from adapters.audio.listening import listen
from adapters.faces.studio.anatomy.character import Character
from adapters.faces.studio.design.mapping import design_face
from adapters.faces.studio.design.traits import traits_of
from adapters.faces.studio.engine import draw_portrait
from adapters.faces.studio.film.encoder import write_png
from domain.voice import Gender, Person
from unit.audio.recording import CONTAINERS, phone_video, record

PERSON = Person(35, Gender.MAN)
SIZE = 96
SPEAKERS = sorted(Path("samples/speakers").glob("*.ogg"))[:10]


def as_wav(path: Path, target: Path) -> Path:
    """Write the same samples into a WAV file."""
    with av.open(str(path)) as source, av.open(str(target), "w", format="wav") as container:
        stream = container.add_stream("pcm_s16le", rate=source.streams.audio[0].rate, layout="mono")
        for frame in source.decode(audio=0):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return target


def portrait(voice: Path, folder: Path) -> str:
    """Return the digest of a voice's portrait as a PNG file."""
    design = design_face(PERSON, traits_of(listen(voice).acoustics, PERSON))
    picture = folder / "portrait.png"
    write_png(draw_portrait(Character(design), SIZE), picture)
    return hashlib.sha256(picture.read_bytes()).hexdigest()


def test_a_recording_gives_the_same_portrait_each_time_and_as_wav_or_flac(tmp_path: Path) -> None:
    flac = Path("samples/voice.flac")
    wav = as_wav(flac, tmp_path / "voice.wav")
    assert len({portrait(voice, tmp_path) for voice in (flac, flac, wav)}) == 1


@pytest.mark.parametrize("upload", ["webm", "mp4", "wma", "phone video"])
def test_the_clean_copy_gives_the_portrait_that_the_upload_gives(upload: str, tmp_path: Path) -> None:
    voice, path = decode(Path("samples/voice.flac")).samples[: 16_000 * 6], tmp_path / "upload"
    if upload == "phone video":
        phone_video(path.with_suffix(".mp4"), voice).rename(path)
    else:
        record(path, voice, CONTAINERS[upload])
    check(path, tmp_path / "copy")
    assert listen(tmp_path / "copy") == listen(path)
    assert portrait(tmp_path / "copy", tmp_path) == portrait(path, tmp_path)


def test_ten_different_voices_give_ten_different_faces(tmp_path: Path) -> None:
    assert len({portrait(voice, tmp_path) for voice in SPEAKERS}) == 10
