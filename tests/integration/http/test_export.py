"""The export: an archive of all that is kept of a user, and of no other user."""

import asyncio
import json
import logging
import re
import threading
import zipfile
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import httpx
import jsonschema_rs
import pytest

from application.errors import ServiceUnavailable
from application.ports.blobs import BlobNotFound
from domain.mail import Mail, MailKind
from domain.session import Device, EndedSession
from domain.user import Language, User
from domain.voice import Gender, Person
from doubles.faces import fail
from integration.http.live import LiveService, live
from integration.http.raw import RawClient
from integration.http.service import API, VOICE, LoggedInUser, Service, assert_problem
from integration.http.test_over_the_wire import wait_until

OPINION = "얼굴이 저와 닮았어요. 특히 눈이요 🎬"
PHONE = "010-1234-5678"
PATH = re.compile(
    r"README\.txt|data\.json|schema\.json|recordings/[0-9a-f]{32}\.flac"
    r"|faces/[0-9a-f]{32}/[0-9a-f]{32}/(voice|condition)(-loop)?\.(png|mp4|webp)"
)
PIECE = b"R" * 200_000


def opened(content: bytes) -> zipfile.ZipFile:
    """Return an archive that was checked."""
    archive = zipfile.ZipFile(BytesIO(content))
    assert archive.testzip() is None
    return archive


def data_of(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Return its document, which fits its schema."""
    data: dict[str, Any] = json.loads(archive.read("data.json"))
    jsonschema_rs.validate(json.loads(archive.read("schema.json")), data)
    return data


async def export_of(user: LoggedInUser) -> zipfile.ZipFile:
    """Fetch an export."""
    answer = await user.call("GET", "/users/export")
    assert answer.status_code == 200, answer.text
    return opened(answer.content)


async def fill(service: Service, user: LoggedInUser, name: str) -> list[dict[str, str]]:
    """Give a user a request with two results, a rating and a survey; one that failed; and one that waits."""
    first = (await user.submit(VOICE + name.encode(), skin_tone="olive", glasses="true")).json()
    await service.run_jobs()
    result = f"/mz-request/{first['mz_request_id']}/mz-result/{first['mz_result_id']}"
    rating = {"type": "voice", "rating": "5", "shown_first": "condition", "named": "false"}
    await user.call("PATCH", result, data=rating)
    await user.call("POST", result, data={"user_phone": PHONE + name, "opinion": OPINION})
    await user.call("POST", f"/mz-request/{first['mz_request_id']}/mz-result", data={"skin_tone": "deep"})
    await service.run_jobs()
    failed = (await user.submit()).json()
    service.faces.trouble = fail("The voice face cannot be made.", retryable=False)
    await service.run_jobs()
    service.faces.trouble = None
    return [first, failed, (await user.submit()).json()]


async def test_an_export_holds_all_of_a_user_byte_by_byte_and_nothing_of_another_user(
    service: Service, anna: LoggedInUser, ben: LoggedInUser
) -> None:
    theirs, mine = await fill(service, ben, "ben"), await fill(service, anna, "anna")
    archive = await export_of(anna)
    data = data_of(archive)
    done, failed, queued = data["requests"]
    assert [one["id"] for one in data["requests"]] == [ids["mz_request_id"] for ids in mine]
    assert data["account"]["email"] == anna.email
    assert (done["skin_tone"], done["glasses"], done["age"], done["gender"]) == ("olive", True, 34, "woman")
    first, again = done["results"]
    assert first["id"] == mine[0]["mz_result_id"]
    assert (first["voice_rating"], first["condition_rating"], again["voice_rating"]) == (5, None, None)
    assert first["ratings"]["voice"] == {"stars": 5, "shown_first": "condition", "named": False}
    assert first["usual"]["pitch_hz"] == {"low": 90.0, "high": 143.0}
    assert [(one["skin_tone"], one["glasses"]) for one in (first, again)] == [
        ("olive", True),
        ("deep", False),
    ]
    assert first["survey"]["answers"] == {"user_phone": f"{PHONE}anna", "opinion": OPINION}
    assert first["acoustics"]["pitch_hz"] == 120.0
    assert failed["results"][0]["failure"] == "The voice face cannot be made."
    assert [one["state"] for one in queued["results"]] == ["queued"]
    assert len(data["usages"]) == 4
    (session,) = data["sessions"]
    assert session["device"]
    assert OPINION.encode() in archive.read("data.json")

    expected = {f"recordings/{one['id']}.flac": f"voices/{one['id']}.flac" for one in data["requests"]}
    for result in done["results"]:
        folder = f"faces/{done['id']}/{result['id']}"
        assert len(result["files"]) == 4
        expected |= {path: f"faces/{result['id']}/1/{path.rpartition('/')[2]}" for path in result["files"]}
        assert all(path.startswith(f"{folder}/") for path in result["files"])
    stored = {
        path: b"".join([chunk async for chunk in service.blobs.read(key)]) for path, key in expected.items()
    }
    assert {path: archive.read(path) for path in stored} == stored
    assert set(archive.namelist()) == stored.keys() | {"README.txt", "schema.json", "data.json"}
    assert data["files"] == [{"path": path, "bytes": len(stored[path])} for path in archive.namelist()[2:-1]]
    assert data["missing_files"] == []

    whole = b"".join(archive.read(name) for name in archive.namelist()).decode(errors="replace")
    for secret in (ben.email, f"{PHONE}ben", *theirs[0].values(), *theirs[2].values(), anna.token):
        assert secret not in whole


async def test_the_answer_is_an_attachment_that_no_cache_keeps(service: Service, anna: LoggedInUser) -> None:
    answer = await anna.call("GET", "/users/export")
    assert answer.headers["content-type"] == "application/zip"
    day = f"{service.clock():%Y-%m-%d}"
    assert answer.headers["content-disposition"] == f'attachment; filename="voice2face-export-{day}.zip"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_names_are_made_of_ids_and_files_have_the_time_at_which_they_were_made(
    service: Service, anna: LoggedInUser
) -> None:
    await fill(service, anna, "../../../etc/passwd")
    service.clock.advance(hours=3)
    archive = await export_of(anna)
    assert all(PATH.fullmatch(name) for name in archive.namelist())
    made = {entry.filename: entry.date_time for entry in archive.infolist()}
    now = service.clock().timetuple()[:6]
    assert made["data.json"][:5] == now[:5]
    others = {moment[3] for name, moment in made.items() if "/" in name}
    assert others == {(service.clock().hour - 3) % 24}


async def test_the_text_explains_the_archive_in_english_and_korean(anna: LoggedInUser) -> None:
    text = (await export_of(anna)).read("README.txt").decode()
    assert "This archive holds what" in text
    assert "이 압축 파일에는" in text
    for name in ("data.json", "schema.json", "recordings/", "faces/", "missing_files"):
        assert text.count(name) >= 2
    for left_out in ("kept for a day", "log lines", "하루 동안 보관하는 응답", "로그(운영자"):
        assert left_out in text


async def test_a_mail_that_waits_is_in_the_export(service: Service, anna: LoggedInUser) -> None:
    mail = Mail.write(
        MailKind.IDLE_ACCOUNT, anna.email, Language.KOREAN, service.clock(), {"day": "2027-01-02"}
    )
    async with service.database.unit_of_work() as uow:
        await uow.mails.add(mail)
        await uow.commit()
    confirmation, waiting = data_of(await export_of(anna))["mails"]
    assert confirmation["kind"] == "confirm_address"
    assert (waiting["kind"], waiting["address"], waiting["language"]) == ("idle_account", anna.email, "ko")
    assert waiting["facts"] == {"day": "2027-01-02"}


async def test_a_guest_can_export(service: Service, client: httpx.AsyncClient) -> None:
    now = service.clock()
    guest = User.sign_up("guest@example.org", "hash", Person(30, Gender.MAN), now)
    guest.email = guest.password_hash = None
    async with service.database.unit_of_work() as uow:
        await uow.users.add(guest)
        await uow.users.lock(guest.id)
        device = Device(name="Firefox", address=None)
        session = await service.container.sessions().begin(uow, guest, device, refreshed=True)
        await uow.commit()
    token = service.container.sessions().tokens(session, guest).token
    user = LoggedInUser(client, "", token)
    await user.submitted()
    data = data_of(await export_of(user))
    assert (data["account"]["id"], data["account"]["email"]) == (guest.id, None)
    assert len(data["files"]) == 1


async def test_an_erased_account_exports_nothing(service: Service, anna: LoggedInUser) -> None:
    service.database._tables.users.clear()
    assert_problem(await anna.call("GET", "/users/export"), 401, "invalid_token")


async def test_files_that_were_erased_meanwhile_are_listed_as_missing(
    service: Service, anna: LoggedInUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _, last = await fill(service, anna, "anna")
    read = service.blobs.read

    def read_without_one(key: str) -> AsyncIterator[bytes]:
        return read("voices/erased.flac" if last["mz_request_id"] in key else key)

    monkeypatch.setattr(service.blobs, "read", read_without_one)
    archive = await export_of(anna)
    missing = f"recordings/{last['mz_request_id']}.flac"
    assert missing not in archive.namelist()
    assert f"recordings/{first['mz_request_id']}.flac" in archive.namelist()
    assert data_of(archive)["missing_files"] == [missing]


async def test_an_export_is_a_security_event(anna: LoggedInUser, caplog: pytest.LogCaptureFixture) -> None:
    await anna.submitted()
    with caplog.at_level(logging.INFO, "security"):
        await anna.call("GET", "/users/export")
    (line,) = [message for message in caplog.messages if message.startswith("event=export")]
    assert re.fullmatch(r"event=export user=[0-9a-f]{32} requests=1 files=1", line)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_an_export_is_refused_while_the_blob_storage_is_away(
    service: Service, anna: LoggedInUser, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    await anna.submitted()

    async def away(key: str) -> AsyncIterator[bytes]:
        if key:
            raise ServiceUnavailable("blob storage")
        yield b""

    with monkeypatch.context() as patched:
        patched.setattr(service.blobs, "read", away)
        for _ in range(2):  # the first one gave its place back
            answer = await anna.call(method, "/users/export")
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert (await anna.call("GET", "/users/export")).status_code == 200


async def test_head_has_the_fields_of_the_export_without_its_bytes(anna: LoggedInUser) -> None:
    for _ in range(2):
        head = await anna.call("HEAD", "/users/export")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == "application/zip"


async def test_the_document_describes_the_archive(client: httpx.AsyncClient) -> None:
    document = (await client.get("/schema/openapi.json")).json()
    operation = document["paths"][f"{API}/users/export"]["get"]
    assert operation["responses"]["200"]["content"].keys() == {"application/zip"}
    assert operation["responses"].keys() >= {"401", "429", "503"}


class SlowBlobs:
    """The blobs of a service whose next file comes in two pieces, with a pause until the test goes on."""

    def __init__(self) -> None:
        self.goes_on = threading.Event()
        self.is_open = False
        self.error: Exception | None = None

    async def read(self, _key: str) -> AsyncIterator[bytes]:
        self.is_open = True
        try:
            yield PIECE
            while not self.goes_on.is_set():
                await asyncio.sleep(0.005)
            if self.error is not None:
                raise self.error
            yield PIECE
        finally:
            self.is_open = False


@pytest.fixture(scope="module")
def running() -> Iterator[LiveService]:
    with live(Service(environment={"V2F_HTTP_SEND_SECONDS": "1"})) as running:
        yield running


@pytest.fixture
def slow(running: LiveService, monkeypatch: pytest.MonkeyPatch) -> SlowBlobs:
    slow = SlowBlobs()
    monkeypatch.setattr(running.service.blobs, "read", slow.read)
    return slow


@pytest.fixture
def user(running: LiveService) -> Iterator[httpx.Client]:
    """A user with one recording."""
    with running.client() as client:
        form = {"age": "34", "gender": "woman"}
        client.post("/mz-request", data=form, files={"file": ("a.wav", VOICE)}).raise_for_status()
        yield client


def test_a_user_fetches_one_export_at_a_time(
    running: LiveService, slow: SlowBlobs, user: httpx.Client
) -> None:
    with user.stream("GET", "/users/export") as answer, running.client() as other:
        refused = user.get("/users/export")
        assert_problem(refused, 429, "too_many_exports")
        assert int(refused.headers["retry-after"]) > 0
        assert refused.headers["ratelimit-policy"] == '"exports";q=1'
        assert other.get("/users/export").status_code == 200
        slow.goes_on.set()
        archive = opened(answer.read())
    (recording,) = [name for name in archive.namelist() if name.startswith("recordings/")]
    assert archive.read(recording) == PIECE * 2
    assert user.get("/users/export").status_code == 200


@pytest.mark.parametrize("error", [ServiceUnavailable("blob storage"), BlobNotFound("x"), OSError("broken")])
def test_an_export_that_cannot_go_on_is_cut_off(
    slow: SlowBlobs, user: httpx.Client, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    slow.error = error
    with user.stream("GET", "/users/export") as answer:
        assert answer.status_code == 200
        slow.goes_on.set()
        with pytest.raises(httpx.RemoteProtocolError):
            answer.read()
    is_expected = isinstance(error, ServiceUnavailable)
    assert any("an answer was cut off" in message for message in caplog.messages) == is_expected
    assert any(record.exc_info for record in caplog.records) != is_expected
    slow.error = None
    assert user.get("/users/export").status_code == 200


def test_an_export_ends_when_its_session_does(
    running: LiveService, slow: SlowBlobs, caplog: pytest.LogCaptureFixture
) -> None:
    with running.client() as user:
        form = {"age": "34", "gender": "woman"}
        for _ in range(2):
            user.post("/mz-request", data=form, files={"file": ("a.wav", VOICE)}).raise_for_status()
        with user.stream("GET", "/users/export") as answer:
            principal = running.service.container.tokens().read(user.headers["Token"])
            now = running.service.clock()
            ended = EndedSession(id=principal.session_id, ended_at=now, forget_at=now + timedelta(days=1))
            running.service.container.ended_sessions().add([ended])
            slow.goes_on.set()
            with pytest.raises(httpx.RemoteProtocolError):
                answer.read()
    assert not any(record.exc_info for record in caplog.records)
    assert "an answer was cut off: You are logged out. Log in again." in caplog.messages


def test_nothing_stays_open_when_the_client_leaves(
    slow: SlowBlobs, user: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    def fetches_and_leaves() -> bool:
        with user.stream("GET", "/users/export") as answer:
            if answer.status_code == 429:  # the place of the one before is given back in a moment
                return False
            pieces = answer.iter_bytes()  # kept in a variable: the connection is closed when it is collected
            next(pieces)
            assert slow.is_open
        return True

    for _ in range(3):
        wait_until(fetches_and_leaves)
        wait_until(lambda: not slow.is_open)
    wait_until(lambda: user.head("/users/export").status_code == 200)
    wait_until(lambda: not slow.is_open)
    slow.goes_on.set()
    wait_until(lambda: user.get("/users/export").status_code == 200)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_client_that_reads_nothing_of_its_export_is_closed_and_may_come_back(
    running: LiveService,
    user: httpx.Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    open_files = 0

    async def endless(_key: str) -> AsyncIterator[bytes]:
        nonlocal open_files
        open_files += 1
        try:
            while True:
                await asyncio.sleep(0)  # as reading does
                yield PIECE
        finally:
            open_files -= 1

    head = f"GET {API}/users/export HTTP/1.1\r\nHost: faces.test\r\nToken: {user.headers['Token']}\r\n\r\n"
    with monkeypatch.context() as patched:
        patched.setattr(running.service.blobs, "read", endless)
        client = RawClient(running.port, receive_buffer=65536).send(head.encode())
        wait_until(lambda: open_files == 1)
        wait_until(lambda: open_files == 0)
        client.close()
    wait_until(lambda: user.get("/users/export").status_code == 200)
    assert not [record for record in caplog.records if record.exc_info]
