"""A model server that works, and one that fails in many ways."""

import asyncio
import gzip
import io
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from adapters.faces.model_server import ModelServer, ModelServerFaces
from adapters.processes.limited import LimitedProcesses
from application.ports.faces import FaceFailed, FaceFiles, FaceOrder, Stage
from domain.voice import Gender, Person
from doubles.blobs import MemoryBlobs
from unit.faces.films import mp4
from unit.faces.model_server_double import Change, ModelServerDouble, Page, running

VOICE = "voices/1.webm"
ORDER = FaceOrder(
    request_id="request-1",
    generation_id="generation-1",
    person=Person(34, Gender.WOMAN),
    voice_key=VOICE,
    voice_media_type="audio/webm",
)
LONG = timedelta(seconds=20)
SHORT = timedelta(milliseconds=300)


def picture(kind: str, size: tuple[int, int] = (64, 64)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (200, 150, 120)).save(file, kind)
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


def response_of(server: ModelServerDouble) -> dict[str, Any]:
    return {
        "status_code": 200,
        "voice_image_url": server.url("/face.png"),
        "voice_video_url": server.url("/face.mp4"),
    }


@pytest.fixture
async def server() -> AsyncIterator[ModelServerDouble]:
    """A server that works until a test breaks it."""
    async with running() as server:
        server.pages |= {"/face.png": Page(picture("PNG")), "/face.mp4": Page(mp4())}
        server.answer_with(response_of(server))
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


def link_by_us(key: str, media_type: str) -> str:
    return f"http://voice2face/{key}?type={media_type}"


async def make(
    address: str,
    blobs: MemoryBlobs,
    workspace: Path,
    *,
    time_limit: timedelta = LONG,
    extra_hosts: frozenset[str] = frozenset(),
    processes: LimitedProcesses | None = None,
) -> FaceFiles:
    settings = ModelServer(url=address, time_limit=time_limit, extra_hosts=extra_hosts)
    faces = ModelServerFaces(settings, blobs, link_by_us, processes or LimitedProcesses())
    return await faces.make(ORDER, workspace, lambda stage, fraction: None)


async def failure(
    address: str, blobs: MemoryBlobs, workspace: Path, *, time_limit: timedelta = LONG
) -> FaceFailed:
    """Return the failure; its sentence for the user contains nothing of the server's own words."""
    with pytest.raises(FaceFailed) as failed:
        await make(address, blobs, workspace, time_limit=time_limit)
    message = str(failed.value)
    assert message.startswith("The face model ")
    assert message.endswith(".")
    assert "127.0.0.1" not in message
    assert "secret" not in message
    return failed.value


class TestWorkingServer:
    async def test_the_portrait_and_the_video_are_left_in_the_workspace(
        self, server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path
    ) -> None:
        files = await make(server.address, blobs, workspace)
        assert files.portrait.read_bytes() == server.pages["/face.png"].body
        assert files.video is not None
        assert files.video.read_bytes() == server.pages["/face.mp4"].body
        assert (files.note, files.acoustics) == (None, None)
        assert set(workspace.iterdir()) == {files.portrait, files.video}

    async def test_the_order_has_the_fields_of_the_contract(
        self, server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path
    ) -> None:
        await make(server.address + "/", blobs, workspace)
        assert server.requests[0] == "POST /makevideo"
        assert server.orders == [
            {
                "age": 34,
                "gender": "woman",
                "voice_url": f"http://voice2face/{VOICE}?type=audio/webm",
                "request_id": "request-1",
                "result_id": "generation-1",
            }
        ]

    async def test_the_link_to_the_recording_is_that_of_the_blob_storage_where_it_has_one(
        self, server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def direct_link(key: str, media_type: str, lifetime: timedelta) -> str:
            return f"https://bucket/{key}?type={media_type}&seconds={lifetime.total_seconds():.0f}"

        monkeypatch.setattr(blobs, "direct_link", direct_link)
        await make(server.address, blobs, workspace)
        assert server.orders[0]["voice_url"] == f"https://bucket/{VOICE}?type=audio/webm&seconds=320"

    @pytest.mark.parametrize(("kind", "suffix"), [("PNG", ".png"), ("JPEG", ".jpg"), ("WEBP", ".webp")])
    async def test_the_portrait_gets_the_ending_of_its_content_and_not_of_its_address(
        self, server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path, kind: str, suffix: str
    ) -> None:
        server.pages["/face.png"] = Page(picture(kind), headers={"Content-Type": "text/html"})
        assert (await make(server.address, blobs, workspace)).portrait.suffix == suffix

    async def test_progress_never_goes_back(
        self, server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path
    ) -> None:
        reported: list[tuple[Stage, float]] = []
        settings = ModelServer(url=server.address, time_limit=LONG)
        faces = ModelServerFaces(settings, blobs, link_by_us, LimitedProcesses())
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
        files = await make(server.address, blobs, workspace)
        assert files.portrait.read_bytes() == server.pages["/there.png"].body

    async def test_files_may_be_on_another_host_that_the_operator_allows(
        self, server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path
    ) -> None:
        async with running("127.0.0.2") as store:
            store.pages["/face.png"] = Page(picture("PNG"))
            server.answer_with(response_of(server) | {"voice_image_url": store.url("/face.png")})
            files = await make(server.address, blobs, workspace, extra_hosts=frozenset({"127.0.0.2"}))
        assert files.portrait.read_bytes() == store.pages["/face.png"].body

    async def test_a_portrait_without_a_video_is_a_face_with_a_note(
        self, server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path
    ) -> None:
        made = {"status_code": 404, "voice_image_url": server.url("/face.png"), "error": "secret: no clip"}
        server.answer_with(made)
        files = await make(server.address, blobs, workspace)
        assert files.portrait.exists()
        assert files.video is None
        assert files.note is not None
        assert "secret" not in files.note

    async def test_cancelling_closes_the_connection(
        self, server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path
    ) -> None:
        server.pages["/makevideo"].stalls = True
        making = asyncio.create_task(make(server.address, blobs, workspace))
        await server.is_waited_for.wait()
        making.cancel()
        with pytest.raises(asyncio.CancelledError):
            await making
        async with asyncio.timeout(60):
            await server.is_disconnected.wait()


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
async def test_a_response_without_a_face_is_a_failure_with_a_sentence_for_the_user(
    server: ModelServerDouble,
    blobs: MemoryBlobs,
    workspace: Path,
    answer: object,
    status: int,
    retryable: bool,
) -> None:
    server.answer_with(answer, status)
    assert (await failure(server.address, blobs, workspace)).retryable is retryable


@pytest.mark.parametrize(
    "address",
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
async def test_an_address_on_a_host_that_the_operator_does_not_allow_is_not_called(
    server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path, address: str
) -> None:
    server.answer_with(response_of(server) | {"voice_image_url": address})
    assert not (await failure(server.address, blobs, workspace)).retryable
    assert server.requests == ["POST /makevideo"]


async def test_a_redirect_to_a_host_that_the_operator_does_not_allow_is_not_followed(
    server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path
) -> None:
    async with running("127.0.0.2") as other:
        other.pages["/face.png"] = Page(picture("PNG"))
        server.pages["/face.png"] = Page(status=302, headers={"Location": other.url("/face.png")})
        assert not (await failure(server.address, blobs, workspace)).retryable
    assert other.requests == []


async def test_a_redirect_to_an_invalid_address_is_a_failure(
    server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path
) -> None:
    server.pages["/face.png"] = Page(status=302, headers={"Location": "http://["})
    assert not (await failure(server.address, blobs, workspace)).retryable


def redirects_in_a_circle(server: ModelServerDouble) -> None:
    server.pages["/face.png"] = Page(status=302, headers={"Location": "/face.png"})


def lacks_the_portrait(server: ModelServerDouble) -> None:
    del server.pages["/face.png"]


def answers_503_for_the_video(server: ModelServerDouble) -> None:
    server.pages["/face.mp4"].status = 503


def sends_a_web_page_as_the_portrait(server: ModelServerDouble) -> None:
    server.pages["/face.png"].body = b"<html>secret</html>"


def sends_a_gif_as_the_portrait(server: ModelServerDouble) -> None:
    server.pages["/face.png"].body = picture("GIF")


def sends_half_of_the_portrait(server: ModelServerDouble) -> None:
    server.pages["/face.png"].body = picture("JPEG", (900, 900))[:2000]


def sends_a_portrait_of_5000_pixels(server: ModelServerDouble) -> None:
    server.pages["/face.png"].body = picture("PNG", (5000, 10))


def sends_an_empty_portrait(server: ModelServerDouble) -> None:
    server.pages["/face.png"].body = b""


def sends_a_compressed_portrait(server: ModelServerDouble) -> None:
    body = gzip.compress(picture("PNG"))
    server.pages["/face.png"] = Page(body, headers={"Content-Encoding": "gzip"})


def sends_a_picture_as_the_video(server: ModelServerDouble) -> None:
    server.pages["/face.mp4"].body = picture("PNG")


def sends_sound_as_the_video(server: ModelServerDouble) -> None:
    server.pages["/face.mp4"].body = sound_only()


def sends_the_beginning_of_the_video(server: ModelServerDouble) -> None:
    server.pages["/face.mp4"].body = mp4()[:300]


def sends_a_damaged_video(server: ModelServerDouble) -> None:
    server.pages["/face.mp4"].body = mp4()[:32] + bytes(range(256)) * 40


def breaks_off_the_video(server: ModelServerDouble) -> None:
    server.pages["/face.mp4"].stated_length = 1_000_000


def breaks_off_the_response(server: ModelServerDouble) -> None:
    server.pages["/makevideo"].stated_length = 1_000_000


def sends_an_endless_portrait(server: ModelServerDouble) -> None:
    server.pages["/face.png"] = Page(b"\x89PNG\r\n\x1a\n" + bytes(1_000_000), is_endless=True)


@pytest.mark.parametrize(
    "break_server",
    [
        redirects_in_a_circle,
        lacks_the_portrait,
        answers_503_for_the_video,
        sends_a_web_page_as_the_portrait,
        sends_a_gif_as_the_portrait,
        sends_half_of_the_portrait,
        sends_a_portrait_of_5000_pixels,
        sends_an_empty_portrait,
        sends_a_compressed_portrait,
        sends_a_picture_as_the_video,
        sends_sound_as_the_video,
        sends_the_beginning_of_the_video,
        sends_a_damaged_video,
        breaks_off_the_video,
        breaks_off_the_response,
        sends_an_endless_portrait,
    ],
)
async def test_a_file_that_is_missing_or_wrong_is_a_failure_with_retry(
    server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path, break_server: Change
) -> None:
    break_server(server)
    assert (await failure(server.address, blobs, workspace)).retryable


@pytest.mark.parametrize("path", ["/makevideo", "/face.png", "/face.mp4"])
async def test_a_server_that_stalls_is_a_failure_after_the_time_limit(
    server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path, path: str
) -> None:
    server.pages[path].stalls = True
    failed = await failure(server.address, blobs, workspace, time_limit=SHORT)
    assert failed.retryable
    assert "too long" in str(failed)


async def test_a_server_that_is_away_is_a_failure_with_retry(blobs: MemoryBlobs, workspace: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        failed = await failure(f"http://127.0.0.1:{taken.getsockname()[1]}", blobs, workspace)
    assert failed.retryable


async def test_an_unknown_host_name_is_a_failure_with_retry(blobs: MemoryBlobs, workspace: Path) -> None:
    assert (await failure("http://models.invalid", blobs, workspace)).retryable


async def test_a_deleted_recording_is_a_failure_without_retry(
    server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path
) -> None:
    await blobs.delete([VOICE])
    with pytest.raises(FaceFailed) as failed:
        await make(server.address, blobs, workspace)
    assert not failed.value.retryable
    assert server.orders == []


async def test_the_log_has_the_details_that_the_user_does_not_read(
    server: ModelServerDouble, blobs: MemoryBlobs, workspace: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server.answer_with({"status_code": 500, "error": "secret: out of memory " + "x" * 100_000})
    await failure(server.address, blobs, workspace)
    assert "secret: out of memory" in caplog.text
    assert len(caplog.text) < 2000
