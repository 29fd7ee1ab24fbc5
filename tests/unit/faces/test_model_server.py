"""A model server, right and wrong in every way that we could think of."""

import asyncio
import gzip
import io
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from adapters.faces.model_server import ModelServer, ModelServerFaces
from application.ports.faces import FaceFailed, FaceFiles, FaceOrder, Stage
from domain.voice import Gender, Person
from doubles.blobs import MemoryBlobs
from unit.faces.model_server_double import Change, ModelServerDouble, Page, running

VOICE = "voices/1.webm"
ORDER = FaceOrder(
    request_id="request-1",
    generation_id="generation-1",
    person=Person(34, Gender.WOMAN),
    voice_key=VOICE,
    voice_media_type="audio/webm",
)
PATIENT = timedelta(seconds=20)
IMPATIENT = timedelta(milliseconds=300)


def picture(kind: str, size: tuple[int, int] = (64, 64)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (200, 150, 120)).save(file, kind)
    return file.getvalue()


def mp4() -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=Fraction(25))
        stream.width = stream.height = 64
        for _ in range(3):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def sound_only() -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=16_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 16_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def done(server: ModelServerDouble) -> dict[str, Any]:
    return {
        "status_code": 200,
        "voice_image_url": server.url("/face.png"),
        "voice_video_url": server.url("/face.mp4"),
    }


@pytest.fixture
async def server() -> AsyncIterator[ModelServerDouble]:
    """One that works: a test breaks it."""
    async with running() as server:
        server.pages |= {"/face.png": Page(picture("PNG")), "/face.mp4": Page(mp4())}
        server.says(done(server))
        yield server


@pytest.fixture
async def blobs(tmp_path: Path) -> MemoryBlobs:
    blobs = MemoryBlobs()
    (tmp_path / "voice").write_bytes(b"a voice")
    await blobs.put(VOICE, tmp_path / "voice", "audio/webm")
    return blobs


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


def served_by_us(key: str, media_type: str) -> str:
    return f"http://voice2face/{key}?type={media_type}"


async def ask(
    address: str,
    blobs: MemoryBlobs,
    workspace: Path,
    *,
    patience: timedelta = PATIENT,
    extra_hosts: frozenset[str] = frozenset(),
) -> FaceFiles:
    settings = ModelServer(url=address, answer_limit=patience, extra_hosts=extra_hosts)
    faces = ModelServerFaces(settings, blobs, served_by_us)
    return await faces.make(ORDER, workspace, lambda stage, fraction: None)


async def failure(
    address: str, blobs: MemoryBlobs, workspace: Path, *, patience: timedelta = PATIENT
) -> FaceFailed:
    """What a person gets to read; nothing of the server's own words."""
    with pytest.raises(FaceFailed) as failed:
        await ask(address, blobs, workspace, patience=patience)
    message = str(failed.value)
    assert message.startswith("The face model ")
    assert message.endswith(".")
    assert "127.0.0.1" not in message
    assert "secret" not in message
    return failed.value


class TestAServerThatWorks:
    async def test_both_files_arrive(
        self, server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path
    ) -> None:
        files = await ask(server.address, blobs, workspace)
        assert files.portrait.read_bytes() == server.pages["/face.png"].body
        assert files.video is not None
        assert files.video.read_bytes() == server.pages["/face.mp4"].body
        assert (files.note, files.acoustics) == (None, None)
        assert set(workspace.iterdir()) == {files.portrait, files.video}

    async def test_it_is_asked_in_the_words_of_the_contract(
        self, server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path
    ) -> None:
        await ask(server.address + "/", blobs, workspace)
        assert server.fetched[0] == "POST /makevideo"
        assert server.questions == [
            {
                "age": 34,
                "gender": "woman",
                "voice_url": f"http://voice2face/{VOICE}?type=audio/webm",
                "request_id": "request-1",
                "result_id": "generation-1",
            }
        ]

    async def test_a_store_with_links_of_its_own_gives_the_voice_s_link(
        self, server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def direct_link(key: str, media_type: str, lifetime: timedelta) -> str:
            return f"https://bucket/{key}?type={media_type}&seconds={lifetime.total_seconds():.0f}"

        monkeypatch.setattr(blobs, "direct_link", direct_link)
        await ask(server.address, blobs, workspace)
        assert server.questions[0]["voice_url"] == f"https://bucket/{VOICE}?type=audio/webm&seconds=320"

    @pytest.mark.parametrize(("kind", "suffix"), [("PNG", ".png"), ("JPEG", ".jpg"), ("WEBP", ".webp")])
    async def test_the_picture_s_ending_tells_what_it_is_whatever_the_address_says(
        self, server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path, kind: str, suffix: str
    ) -> None:
        server.pages["/face.png"] = Page(picture(kind), headers={"Content-Type": "text/html"})
        assert (await ask(server.address, blobs, workspace)).portrait.suffix == suffix

    async def test_progress_goes_forward(
        self, server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path
    ) -> None:
        reported: list[tuple[Stage, float]] = []
        faces = ModelServerFaces(ModelServer(url=server.address), blobs, served_by_us)
        await faces.make(ORDER, workspace, lambda stage, fraction: reported.append((stage, fraction)))
        order = list(Stage)
        assert reported
        assert reported == sorted(reported, key=lambda report: (order.index(report[0]), report[1]))

    async def test_a_few_redirects_are_followed(
        self, server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path
    ) -> None:
        server.pages["/face.png"] = Page(status=302, headers={"Location": "/moved.png"})
        server.pages["/moved.png"] = Page(status=307, headers={"Location": server.url("/there.png")})
        server.pages["/there.png"] = Page(picture("PNG"))
        files = await ask(server.address, blobs, workspace)
        assert files.portrait.read_bytes() == server.pages["/there.png"].body

    async def test_files_may_lie_on_a_host_that_the_operator_named(
        self, server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path
    ) -> None:
        async with running("127.0.0.2") as store:
            store.pages["/face.png"] = Page(picture("PNG"))
            server.says(done(server) | {"voice_image_url": store.url("/face.png")})
            files = await ask(server.address, blobs, workspace, extra_hosts=frozenset({"127.0.0.2"}))
        assert files.portrait.read_bytes() == store.pages["/face.png"].body

    async def test_a_picture_without_a_video_is_a_result_with_a_note(
        self, server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path
    ) -> None:
        made = {"status_code": 404, "voice_image_url": server.url("/face.png"), "error": "secret: no clip"}
        server.says(made)
        files = await ask(server.address, blobs, workspace)
        assert files.portrait.exists()
        assert files.video is None
        assert files.note is not None
        assert "secret" not in files.note

    async def test_cancelling_hangs_up(
        self, server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path
    ) -> None:
        server.pages["/makevideo"].hangs = True
        asking = asyncio.create_task(ask(server.address, blobs, workspace))
        await server.asked.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        async with asyncio.timeout(5):
            await server.left.wait()


@pytest.mark.parametrize(
    ("answer", "status", "retryable"),
    [
        ({"status_code": 500, "error": "secret: out of memory"}, 200, True),
        ({"status_code": 400, "error": "secret: no voice in it"}, 200, False),
        ({"status_code": 404, "error": "secret: no picture either"}, 200, True),
        ({"status_code": 0}, 200, False),
        ({}, 503, True),
        ({}, 500, True),
        ({}, 429, True),
        ({}, 404, False),
        ({}, 401, False),
        ({}, 302, False),
        (b"", 200, True),
        (b"<html>secret</html>", 200, True),
        (b"\xff\xfe\x00", 200, True),
        (b'{"status_code": 200', 200, True),
        (b'{"status_code": 500, "error": ' + b"[" * 400_000 + b"]" * 400_000 + b"}", 200, True),
        ([], 200, True),
        (None, 200, True),
        ("200", 200, True),
        ({"status_code": "200"}, 200, True),
        ({"status_code": True}, 200, True),
        ({"voice_image_url": "http://127.0.0.1/face.png"}, 200, True),
        ({"status_code": 200}, 200, True),
        ({"status_code": 200, "voice_image_url": "http://127.0.0.1/face.png"}, 200, True),
        ({"status_code": 200, "voice_image_url": None, "voice_video_url": None}, 200, True),
        ({"status_code": 200, "voice_image_url": 7, "voice_video_url": ["secret"]}, 200, True),
        ({"status_code": 200, "voice_image_url": "", "voice_video_url": ""}, 200, False),
        (b"x" * 2_000_000, 200, True),
    ],
)
async def test_an_answer_that_is_no_face_fails_in_words_for_a_person(
    server: ModelServerDouble,
    blobs: MemoryBlobs,
    workspace: Path,
    answer: object,
    status: int,
    retryable: bool,
) -> None:
    server.says(answer, status)
    assert (await failure(server.address, blobs, workspace)).retryable is retryable


@pytest.mark.parametrize(
    "where",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/face.png",
        "gopher://127.0.0.1/",
        "/face.png",
        "http://169.254.169.254/latest/meta-data",
        "http://localhost/face.png",
        "http://127.0.0.1@169.254.169.254/face.png",
        "http://secret@127.0.0.1/face.png",
        "http://127.0.0.1.example.org/face.png",
        "http://[::1]/face.png",
        "data:image/png;base64,AAAA",
        "http://[",
        "http://\x00",
    ],
)
async def test_we_go_to_no_place_that_the_operator_did_not_name(
    server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path, where: str
) -> None:
    server.says(done(server) | {"voice_image_url": where})
    assert not (await failure(server.address, blobs, workspace)).retryable
    assert server.fetched == ["POST /makevideo"]


async def test_a_redirect_leads_to_no_other_place_either(
    server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path
) -> None:
    async with running("127.0.0.2") as elsewhere:
        elsewhere.pages["/face.png"] = Page(picture("PNG"))
        server.pages["/face.png"] = Page(status=302, headers={"Location": elsewhere.url("/face.png")})
        assert not (await failure(server.address, blobs, workspace)).retryable
    assert elsewhere.fetched == []


async def test_a_redirect_to_nonsense_leads_nowhere(
    server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path
) -> None:
    server.pages["/face.png"] = Page(status=302, headers={"Location": "http://["})
    assert not (await failure(server.address, blobs, workspace)).retryable


def goes_in_circles(server: ModelServerDouble) -> None:
    server.pages["/face.png"] = Page(status=302, headers={"Location": "/face.png"})


def has_lost_the_picture(server: ModelServerDouble) -> None:
    del server.pages["/face.png"]


def cannot_give_the_video(server: ModelServerDouble) -> None:
    server.pages["/face.mp4"].status = 503


def sends_a_page_for_the_picture(server: ModelServerDouble) -> None:
    server.pages["/face.png"].body = b"<html>secret</html>"


def sends_a_gif_for_the_picture(server: ModelServerDouble) -> None:
    server.pages["/face.png"].body = picture("GIF")


def sends_half_of_the_picture(server: ModelServerDouble) -> None:
    server.pages["/face.png"].body = picture("JPEG", (900, 900))[:2000]


def sends_a_picture_for_a_wall(server: ModelServerDouble) -> None:
    server.pages["/face.png"].body = picture("PNG", (5000, 10))


def sends_nothing_for_the_picture(server: ModelServerDouble) -> None:
    server.pages["/face.png"].body = b""


def sends_a_compressed_picture(server: ModelServerDouble) -> None:
    body = gzip.compress(picture("PNG"))
    server.pages["/face.png"] = Page(body, headers={"Content-Encoding": "gzip"})


def sends_a_picture_for_the_video(server: ModelServerDouble) -> None:
    server.pages["/face.mp4"].body = picture("PNG")


def sends_sound_for_the_video(server: ModelServerDouble) -> None:
    server.pages["/face.mp4"].body = sound_only()


def sends_the_beginning_of_the_video(server: ModelServerDouble) -> None:
    server.pages["/face.mp4"].body = mp4()[:300]


def sends_noise_that_begins_like_a_video(server: ModelServerDouble) -> None:
    server.pages["/face.mp4"].body = mp4()[:32] + bytes(range(256)) * 40


def breaks_off(server: ModelServerDouble) -> None:
    server.pages["/face.mp4"].promised = 1_000_000


def breaks_off_the_answer(server: ModelServerDouble) -> None:
    server.pages["/makevideo"].promised = 1_000_000


def sends_a_picture_without_end(server: ModelServerDouble) -> None:
    server.pages["/face.png"] = Page(b"\x89PNG\r\n\x1a\n" + bytes(1_000_000), grows=True)


@pytest.mark.parametrize(
    "fault",
    [
        goes_in_circles,
        has_lost_the_picture,
        cannot_give_the_video,
        sends_a_page_for_the_picture,
        sends_a_gif_for_the_picture,
        sends_half_of_the_picture,
        sends_a_picture_for_a_wall,
        sends_nothing_for_the_picture,
        sends_a_compressed_picture,
        sends_a_picture_for_the_video,
        sends_sound_for_the_video,
        sends_the_beginning_of_the_video,
        sends_noise_that_begins_like_a_video,
        breaks_off,
        breaks_off_the_answer,
        sends_a_picture_without_end,
    ],
)
async def test_files_that_are_not_what_was_promised_are_a_fault_that_may_pass(
    server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path, fault: Change
) -> None:
    fault(server)
    assert (await failure(server.address, blobs, workspace)).retryable


@pytest.mark.parametrize("path", ["/makevideo", "/face.png", "/face.mp4"])
async def test_a_server_that_hangs_is_given_up(
    server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path, path: str
) -> None:
    server.pages[path].hangs = True
    failed = await failure(server.address, blobs, workspace, patience=IMPATIENT)
    assert failed.retryable
    assert "too long" in str(failed)


async def test_a_server_that_is_away_is_a_fault_that_may_pass(blobs: MemoryBlobs, workspace: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        failed = await failure(f"http://127.0.0.1:{taken.getsockname()[1]}", blobs, workspace)
    assert failed.retryable


async def test_a_name_that_nobody_has_is_a_fault_that_may_pass(blobs: MemoryBlobs, workspace: Path) -> None:
    assert (await failure("http://models.invalid", blobs, workspace)).retryable


async def test_a_recording_that_is_gone_is_no_use_trying_again(
    server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path
) -> None:
    await blobs.delete([VOICE])
    with pytest.raises(FaceFailed) as failed:
        await ask(server.address, blobs, workspace)
    assert not failed.value.retryable
    assert server.questions == []


async def test_the_operator_reads_in_the_log_what_the_person_does_not(
    server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server.says({"status_code": 500, "error": "secret: out of memory " + "x" * 100_000})
    await failure(server.address, blobs, workspace)
    assert "secret: out of memory" in caplog.text
    assert len(caplog.text) < 2000
