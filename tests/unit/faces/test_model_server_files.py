"""The files of a model server are not trusted: what they are, what they cost, and where they are."""

import os
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import httpx
import numpy as np
import pytest
from PIL import Image

from adapters.credentials.certificates import new_identity
from adapters.credentials.labels import SignedLabels
from adapters.faces.model_server import ModelServer, ModelServerFaces, credentials_check, maker
from adapters.faces.model_server.allowed_hosts import AllowedHosts
from adapters.faces.model_server.file_checks import WrongFile, picture_suffix, require_mp4
from adapters.processes.limited import LimitedProcesses
from application.ports.faces import FaceFailed, FaceFiles, FaceOrder, Origin
from domain.voice import Gender, Person
from doubles.blobs import MemoryBlobs
from doubles.face_files import INDEX_FIRST, noise, write_film
from unit.faces.films import mp4
from unit.faces.model_server_double import ModelServerDouble, Page, running
from unit.faces.test_model_server import picture

ORDER = FaceOrder(
    request_id="request-1",
    generation_id="generation-1",
    person=Person(34, Gender.WOMAN),
    voice_key="voices/1.flac",
    voice_media_type="audio/flac",
)
MATROSKA = mp4(container="matroska")
SERVER = httpx.URL("http://models:8000/makevideo")


def film(folder: Path, content: bytes) -> Path:
    path = folder / "film"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("video", "audio"),
    [("libx264", None), ("libx264", "aac"), ("libvpx-vp9", "libmp3lame"), ("libsvtav1", "aac")],
)
def test_what_browsers_play_is_accepted(tmp_path: Path, video: str, audio: str | None) -> None:
    require_mp4(film(tmp_path, mp4(video, audio)))


@pytest.mark.parametrize(
    ("video", "audio", "codec"),
    [
        ("mpeg4", None, "mpeg4"),
        ("mjpeg", None, "mjpeg"),
        ("libx265", None, "hevc"),
        ("libx264", "ac3", "ac3"),
    ],
)
def test_what_some_browser_does_not_play_is_refused(
    tmp_path: Path, video: str, audio: str | None, codec: str
) -> None:
    with pytest.raises(WrongFile, match=f"codec is {codec}"):
        require_mp4(film(tmp_path, mp4(video, audio)))


@pytest.mark.parametrize(
    "content",
    [
        mp4(container="matroska"),
        mp4(container="mpegts"),
        b"\0\0\0\x18ftyp" + mp4(container="matroska"),
        b"",
        b"#EXTM3U\n",
    ],
    ids=["matroska", "mpegts", "disguised", "empty", "playlist"],
)
def test_no_other_container_is_opened(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(WrongFile):
        require_mp4(film(tmp_path, content))


def test_a_film_that_breaks_off_is_the_model_server_s_mistake(tmp_path: Path) -> None:
    """With its index first, such a film can be opened and begun, but neither marked nor labelled."""
    whole = write_film(tmp_path / "whole.mp4", INDEX_FIRST)
    require_mp4(whole)
    content = whole.read_bytes()
    with pytest.raises(WrongFile, match="breaks off"):
        require_mp4(film(tmp_path, content[:-100]))
    with pytest.raises(WrongFile, match="more than 4096 boxes"):
        require_mp4(film(tmp_path, content + b"\0\0\0\x08free" * 4096))


def test_a_film_whose_last_box_names_no_length_is_whole(tmp_path: Path) -> None:
    content = write_film(tmp_path / "whole.mp4", INDEX_FIRST).read_bytes()
    last = content.rindex(b"mdat") - 4
    require_mp4(film(tmp_path, content[:last] + b"\0\0\0\0" + content[last + 4 :]))


def test_four_zeros_may_follow_a_film(tmp_path: Path) -> None:
    content = write_film(tmp_path / "whole.mp4", INDEX_FIRST).read_bytes()
    require_mp4(film(tmp_path, content + bytes(4)))
    with pytest.raises(WrongFile, match="breaks off"):
        require_mp4(film(tmp_path, content + b"\0\0\0\1"))


def test_a_jpeg_with_another_picture_behind_it_is_a_jpeg(tmp_path: Path) -> None:
    path = tmp_path / "portrait"
    noise().save(path, "MPO", save_all=True, append_images=[noise(2)])
    with Image.open(path) as opened:
        assert opened.format == "MPO"
    assert picture_suffix(path) == ".jpg"


def test_a_film_of_one_pixel_is_too_small_to_be_marked(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width = stream.height = 1
        stream.pix_fmt = "yuv444p"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((1, 1, 3), np.uint8))))
        container.mux(stream.encode(None))
    with pytest.raises(WrongFile, match="too few"):
        require_mp4(path)


def dies(path: Path) -> str:
    os.abort()


def takes_for_ever(path: Path) -> str:
    while True:
        time.sleep(1)


def takes_all_memory(path: Path) -> str:
    return str(len(bytearray(3_000_000_000)))


@pytest.fixture
async def server() -> AsyncIterator[ModelServerDouble]:
    async with running() as server:
        server.pages["/face.png"] = Page(picture("PNG"))
        server.answer_with({"status_code": 404, "voice_image_url": server.url("/face.png")})
        yield server


async def make(
    server: ModelServerDouble, folder: Path, extra_hosts: frozenset[str] = frozenset()
) -> FaceFiles:
    blobs = MemoryBlobs()
    (folder / "voice").write_bytes(b"a voice")
    await blobs.put(ORDER.voice_key, folder / "voice", "audio/flac")
    settings = ModelServer(url=server.address, time_limit=timedelta(seconds=20), extra_hosts=extra_hosts)
    faces = ModelServerFaces(settings, blobs, lambda key, media_type: key, LimitedProcesses(seconds=4.0))
    return await faces.make(ORDER, folder, lambda stage, fraction: None)


@pytest.mark.parametrize("check", [dies, takes_for_ever, takes_all_memory])
async def test_a_file_that_breaks_its_decoder_or_costs_too_much_is_a_failure_with_retry_and_no_more(
    server: ModelServerDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, check: Callable[[Path], str]
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(maker, "picture_suffix", check)
        with pytest.raises(FaceFailed) as failed:
            await make(server, tmp_path)
    assert failed.value.retryable
    assert (await make(server, tmp_path)).portrait.suffix == ".png"


async def test_a_file_whose_credentials_cost_too_much_to_read_fails_for_good(
    server: ModelServerDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who signs it would read them without a limit."""
    portrait = tmp_path / "signed.png"
    portrait.write_bytes(picture("PNG"))
    labels = SignedLabels(new_identity("a provider", datetime.now(UTC)), "9.9")
    await labels.label(FaceFiles(origin=Origin.TRAINED_MODEL, portrait=portrait, video=None))
    server.pages["/face.png"] = Page(portrait.read_bytes())
    assert (await make(server, tmp_path)).portrait.read_bytes() == portrait.read_bytes()
    for costs in (takes_all_memory_of_two, dies_of_two):
        monkeypatch.setattr(credentials_check, "read_credentials", costs)
        with pytest.raises(FaceFailed) as failed:
            await make(server, tmp_path)
        assert not failed.value.retryable


def dies_of_two(path: Path, media_type: str) -> None:
    dies(path)


def takes_all_memory_of_two(path: Path, media_type: str) -> None:
    takes_all_memory(path)


async def test_a_redirect_to_another_port_is_followed_only_if_the_operator_names_it(
    server: ModelServerDouble, tmp_path: Path
) -> None:
    async with running() as other:
        other.pages["/face.png"] = Page(picture("PNG"))
        server.pages["/face.png"] = Page(status=302, headers={"Location": other.url("/face.png")})
        with pytest.raises(FaceFailed) as failed:
            await make(server, tmp_path)
        assert not failed.value.retryable
        assert other.requests == []
        named = frozenset({other.address.removeprefix("http://")})
        assert (await make(server, tmp_path, named)).portrait.suffix == ".png"


@pytest.mark.parametrize(
    ("named", "origin", "location", "is_allowed"),
    [
        ((), "http://models:8000/a", "/b", True),
        ((), "http://models:8000/a", "http://MODELS:8000/b", True),
        ((), "http://models:8000/a", "http://models:22/b", False),
        ((), "http://models:8000/a", "http://models/b", False),
        ((), "http://models:8000/a", "https://models:8000/b", True),
        ((), "http://models:9000/a", "http://models:8000/b", True),
        ((), "http://models:9000/a", "/b", True),
        (("models:9000",), "http://models:8000/a", "http://models:9000/b", True),
        (("store",), "http://models:8000/a", "https://store/b", True),
        (("store:443",), "http://models:8000/a", "https://store/b", True),
        (("store:443",), "http://models:8000/a", "http://store/b", False),
        (("store",), "http://store:9000/a", "http://models:9000/b", False),
        (("[::1]:9000",), "http://models:8000/a", "http://[::1]:9000/b", True),
        ((), "http://models:8000/a", "http://models:8000@evil/b", False),
        ((), "http://models:8000/a", "file:///etc/passwd", False),
    ],
)
def test_a_redirect_stays_where_it_was_or_leads_to_what_the_operator_names(
    named: tuple[str, ...], origin: str, location: str, is_allowed: bool
) -> None:
    hosts = AllowedHosts(SERVER, named)
    if is_allowed:
        assert hosts.redirect(location, httpx.URL(origin)).path == "/b"
    else:
        with pytest.raises(FaceFailed):
            hosts.redirect(location, httpx.URL(origin))


@pytest.mark.parametrize(
    "address",
    [
        "http://xn--a/b",
        "http://xn--/b",
        "http://models:99999/b",
        "http://models:8000\n/b",
        "http:///",
        "http://[::1",
    ],
)
def test_an_address_that_none_can_have_is_a_failure_of_the_model_server(address: str) -> None:
    with pytest.raises(FaceFailed):
        AllowedHosts(SERVER, ()).url(address)
