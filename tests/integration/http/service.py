"""The API over in-memory adapters, and users of it."""

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import httpx
from dependency_injector import providers
from litestar import Litestar
from msgspec import structs

from application.requests.watch import ProgressBoard
from doubles.blobs import MemoryBlobs
from doubles.clock import ManualClock
from doubles.faces import FastFaces
from doubles.jobs import MemoryAnnouncer
from doubles.memory import MemoryDatabase
from doubles.passwords import PlainPasswords
from doubles.voices import TrustingChecker
from entrypoints.composition.container import Container
from entrypoints.composition.settings import Settings
from entrypoints.http.app import create_app

API = "/api/v1"
BASE = "http://faces.test"
UNKNOWN_ID = "0" * 32
NOTICE = "2026-12"
"""The current version of the privacy notice."""
PASSWORD = "correct horse"
"""Of every user."""
VOICE = b"RIFF, says the checker of these tests, is a voice"


@dataclass
class Service:
    """The application, with doubles in place of the adapters in its container."""

    cors_origins: tuple[str, ...] = ("*",)
    public_url: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Settings of its own; without one, faces are not marked, which takes a process for each."""
    clock: ManualClock = field(default_factory=ManualClock)
    announcer: MemoryAnnouncer = field(default_factory=MemoryAnnouncer)
    faces: FastFaces = field(default_factory=FastFaces)
    database: MemoryDatabase = field(default_factory=lambda: MemoryDatabase(patience=60))
    folder: tempfile.TemporaryDirectory[str] = field(default_factory=tempfile.TemporaryDirectory)

    def __post_init__(self) -> None:
        self.blobs = MemoryBlobs(self.clock)
        self.container = container = Container(settings=self._settings())
        container.clock.override(providers.Object(self.clock))
        container.passwords.override(providers.Object(PlainPasswords()))
        container.unit_of_work.override(providers.Callable(self.database.unit_of_work))
        container.views.override(providers.Object(self.database.views()))
        container.account_data.override(providers.Object(self.database.account_data()))
        container.claims.override(providers.Object(self.database.claims()))
        container.blobs.override(providers.Object(self.blobs))
        container.announcer.override(providers.Object(self.announcer))
        container.checker.override(providers.Object(TrustingChecker()))
        container.voice_faces.override(providers.Object(self.faces))
        container.condition_faces.override(providers.Object(self.faces))
        container.progress_board.override(providers.Singleton(ProgressBoard, container.views, tick=0.01))
        self.app: Litestar = create_app(container)

    def _settings(self) -> Settings:
        settings = Settings.read(
            {"V2F_DATA": self.folder.name, "V2F_VISIBLE_MARK": "off", **self.environment}
        )
        server = structs.replace(settings.server, cors_origins=self.cors_origins, public_url=self.public_url)
        return structs.replace(settings, server=server)

    @asynccontextmanager
    async def client(self, headers: Mapping[str, str] | None = None) -> AsyncIterator[httpx.AsyncClient]:
        """Give a client of the API; an uncaught exception becomes a response, as on a real server."""
        transport = httpx.ASGITransport(cast("Any", self.app), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers) as client:
            yield client
        self.container.workspaces().close()

    async def run_jobs(self) -> None:
        """Run all jobs that were announced."""
        while self.announcer.announced:
            await self.run(self.announcer.announced.pop(0))

    async def run(self, _announced: str) -> None:
        """Act as a worker that takes an announcement; which generation it names does not matter."""
        await self.container.run_generation()()

    def temporary_files(self) -> list[Path]:
        """Return the temporary files of the process."""
        return [path for path in self.container.workspaces().root.rglob("*/*") if path.is_file()]

    async def blob_keys(self) -> set[str]:
        """Return the keys of all blobs."""
        return {blob.key async for blob in self.blobs.list("")}


class LoggedInUser:
    """A user with an account and a token."""

    def __init__(self, client: httpx.AsyncClient, email: str, token: str) -> None:
        self.client = client
        self.email = email
        self.token = token

    async def log_in(self) -> None:
        """Log in again, and call with the new token from now on."""
        answer = await self.client.post(f"{API}/auth", data={"email": self.email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        self.token = answer.json()["token"]

    async def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Call the API with the token."""
        headers = {"Token": self.token, **options.pop("headers", {})}
        return await self.client.request(method, API + path, headers=headers, **options)

    async def submit(self, voice: bytes = VOICE, **fields: Any) -> httpx.Response:
        """Send a voice as the front end does, under the file name that it gives every recording."""
        return await self.call(
            "POST",
            "/mz-request",
            data={"age": "34", "gender": "woman", **fields},
            files={"file": ("svelte_audio.wav", voice, "audio/wav")},
        )

    async def submitted(self) -> dict[str, str]:
        """Send a voice that is accepted, and return the ids."""
        answer = await self.submit()
        assert answer.status_code == 201, answer.text
        ids: dict[str, str] = answer.json()
        return ids


async def sign_up(client: httpx.AsyncClient, name: str = "anna") -> LoggedInUser:
    """Sign up, log in, and return the user."""
    email = f"{name}@example.org"
    account = {"email": email, "password": PASSWORD, "age": "34", "gender": "woman"}
    signed_up = await client.post(f"{API}/users", data=account)
    assert signed_up.status_code == 201, signed_up.text
    user = LoggedInUser(client, email, "")
    await user.log_in()
    return user


def headers_of(answer: httpx.Response) -> dict[str, str]:
    """Return the headers of an answer without the trace id, which no two answers share."""
    return {name: value for name, value in answer.headers.items() if name != "x-request-id"}


def assert_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Require problem details with this status and code, and return them."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["code"] == code
    assert problem["error"] == problem["detail"] == problem["message"]
    assert problem["error"][0].isupper() or problem["error"][0] == "«"
    assert problem["error"].endswith(".")
    assert problem["instance"] == answer.request.url.path
    assert problem["title"]
    assert problem["type"] == f"/schema#{code}"
    return problem
