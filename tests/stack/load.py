"""Users who send recordings to a stack and watch until their faces are there."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import httpx

from e2e.voices import short_voice
from stack.running import Stack

USERS = 8
PAUSE_SECONDS = 0.3
END_SECONDS = 300
ENDS = ("Success", "Failed")


@dataclass
class Load:
    """Requests that users send one after the other for as long as a `with` block goes on; then all of them end."""

    stack: Stack
    least: int = 0
    """How many recordings are sent at least, also when the block ends earlier."""
    is_patient: bool = False
    """Whether users send a recording again, as pages do, when the service does not answer."""
    statuses: Counter[int] = field(default_factory=Counter)
    accepted: dict[str, str] = field(default_factory=dict)
    """The state in which each accepted request has ended, by its id."""
    accounts: list[dict[str, str]] = field(default_factory=list)
    """With what each user logs in."""
    broken_streams: int = 0
    failures: list[str] = field(default_factory=list)
    sent: int = 0
    _voice: bytes = b""
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(USERS))
    _users: list[Future[None]] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        self._voice = short_voice()
        self._users = [self._pool.submit(self._use, number) for number in range(USERS)]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if error is None:  # which would else be hidden by what it did to the users
            for user in self._users:
                user.result()
        self._pool.shutdown()

    def _use(self, number: int) -> None:
        with self.stack.client() as client:
            account = {"email": f"user-{number}-{time.time_ns()}@example.org", "password": "correct horse"}
            self._patiently(lambda: client.post("/users", data=account))
            self.accounts.append(account)
            login = self._patiently(lambda: client.post("/auth", data=account))
            client.headers["Token"] = login.json()["token"]
            while not self._stop.is_set() or self.sent < self.least:
                with self._lock:
                    self.sent += 1
                self._send(client)
                time.sleep(PAUSE_SECONDS)

    def _send(self, client: httpx.Client) -> None:
        key = {"Idempotency-Key": f"{threading.get_ident()}-{time.time_ns()}"}
        files = {"file": ("svelte_audio.wav", self._voice, "audio/wav")}
        form = {"age": "30", "gender": "woman"}
        answer = self._patiently(lambda: client.post("/mz-request", data=form, files=files, headers=key))
        if answer.is_success:
            request_id = answer.json()["mz_request_id"]
            self.accepted[request_id] = "Proceeding"
            self.accepted[request_id] = self._watch(client, request_id)

    def _watch(self, client: httpx.Client, request_id: str) -> str:
        """Watch the events of a request until its end, over as many streams as that takes, and return its status."""
        last: dict[str, str] = {}
        deadline = time.monotonic() + END_SECONDS
        while time.monotonic() < deadline:
            try:
                with client.stream("GET", f"/mz-request/{request_id}/events", headers=last) as stream:
                    self._count(stream.status_code)
                    event: dict[str, str] = {}
                    for line in stream.iter_lines():
                        name, _, value = line.partition(":")
                        event[name] = value.strip()
                        if line or "data" not in event:
                            continue
                        last = {"Last-Event-ID": event["id"]}
                        status = str(json.loads(event["data"])["status"])
                        if status in ENDS:
                            return status
                        event = {}
            except httpx.TransportError:
                self.broken_streams += 1
            time.sleep(0.2)
        return "never ended"

    def _patiently(self, call: Callable[[], httpx.Response]) -> httpx.Response:
        """Make a call; patient users repeat one that the service did not answer."""
        deadline = time.monotonic() + END_SECONDS
        while True:
            try:
                answer = call()
                self._count(answer.status_code)
                if not self.is_patient or answer.status_code < 500:
                    return answer
                seen = f"{answer.status_code} {answer.text}"
            except httpx.TransportError as error:
                if not self.is_patient:
                    self.failures.append(repr(error))
                    raise
                seen = repr(error)
            if time.monotonic() > deadline:
                raise AssertionError(f"the service does not come back: {seen}")
            time.sleep(0.5)

    def _count(self, status: int) -> None:
        with self._lock:
            self.statuses[status] += 1
