"""A running service that a test can call, kill and start again."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import httpx

from real_servers.ports import free_port

FAST_SERVICE = (sys.executable, str(Path(__file__).parent / "fast_service.py"))
REAL_SERVICE = (sys.executable, "-m", "entrypoints")
UNMARKED = {"V2F_VISIBLE_MARK": "off"}
"""Marking takes many times as long as making a fast face, so that is left out where a test does not ask for it."""
START_SECONDS = 90
STOP_SECONDS = 120
"""Seconds after which a process that should stop is taken to hang; it abandons its work after 45."""
TIMEOUT = 30
"""Seconds after which a call fails; hashing, decoding and a busy disk need some of them."""


@dataclass
class Service:
    """The service as a process; its port and its data stay when the process ends."""

    data: Path
    program: Sequence[str] = FAST_SERVICE
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of the API."""
        return f"http://127.0.0.1:{self.port}/api/v1"

    @property
    def log(self) -> Path:
        """The output of all its processes."""
        return self.data.with_suffix(".log")

    @property
    def _marking(self) -> dict[str, str]:
        return UNMARKED if self.program == FAST_SERVICE else {}

    def start(self, until: str = "ready") -> None:
        """Start and wait until it is `ready`, or only `live` where a backing service may be away."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.program, "serve", "--port", str(self.port), "--data", str(self.data)],
                env={**os.environ, "PYTHONFAULTHANDLER": "1", **self._marking, **self.environment},
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"http://127.0.0.1:{self.port}/health/{until}", timeout=TIMEOUT).is_success:
                    return
            time.sleep(0.05)
        raise AssertionError(f"the service did not start: {self.log.read_text()[-3000:]}")

    def kill(self) -> None:
        """Kill it, so that it cannot clean up."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Send SIGTERM, wait, and return the exit code; kill a process that does not end, and say what it logged."""
        assert self.process is not None
        self.process.terminate()
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGABRT)  # faulthandler writes the stacks of all threads
            self.process.wait()
            raise AssertionError(f"the service did not stop: {self.log.read_text()[-9000:]}") from None


@contextlib.contextmanager
def running(service: Service) -> Iterator[Service]:
    """Start a service, and stop its process at the end."""
    service.start()
    try:
        yield service
    finally:
        if service.process is not None and service.process.poll() is None:
            service.stop()


def sign_up(service: Service, name: str = "ann") -> httpx.Client:
    """Return a client that is logged in as a new user."""
    account = {"email": f"{name}@example.org", "password": "correct horse"}
    assert httpx.post(f"{service.url}/users", data=account, timeout=TIMEOUT).status_code == 201
    token = httpx.post(f"{service.url}/auth", data=account, timeout=TIMEOUT).json()["token"]
    return httpx.Client(base_url=service.url, headers={"Token": token}, timeout=60)


def submit(
    client: httpx.Client, voice: bytes, name: str = "svelte_audio.wav", age: int = 30
) -> httpx.Response:
    """Send a voice as the front end does."""
    return client.post(
        "/mz-request",
        data={"age": str(age), "gender": "woman"},
        files={"file": (name, voice, "audio/wav")},
    )


def wait_for(client: httpx.Client, request_id: str, seconds: float = 120) -> dict[str, str]:
    """Poll a request until it has ended, and return it; a service that is away is called again."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            answer = client.get(f"/mz-request/{request_id}")
            if answer.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
                request: dict[str, str] = answer.raise_for_status().json()["mz_request"]
                if request["status"] != "Proceeding":
                    return request
        time.sleep(0.1)
    raise AssertionError(f"request {request_id} did not end within {seconds} s")
