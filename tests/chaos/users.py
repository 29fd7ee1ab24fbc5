"""The users: each sends a recording from time to time, and keeps the ids of what was accepted."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from e2e.service import TIMEOUT
from e2e.voices import short_voice

LIMIT_SECONDS = 480
"""How long the users send at most; the rest of ten minutes is for the start and for the end of the run."""
PAUSE_SECONDS = 0.5
"""The pause after a call that got no response."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A request that the service has accepted, and the token of its user."""

    token: str
    request_id: str
    generation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many users send how many requests in how much time."""

    users: int
    requests: int
    """How many requests must be accepted."""
    seconds: int
    """About how long it takes to send them."""
    seed: int

    @property
    def mean_pause(self) -> float:
        """Seconds between two recordings of one user."""
        return self.seconds / self.requests * self.users


class Users:
    """Sends recordings until enough requests are accepted.

    A user whose call gets no response tries again. A user who gets an error has no accepted request, and sends a
    recording again later.
    """

    def __init__(self, url: str, plan: Plan) -> None:
        self._url = url
        self._plan = plan
        self._lock = threading.Lock()
        self.accepted: list[Accepted] = []
        self.responses: Counter[str] = Counter()
        self._tokens: list[str] = []

    def sign_up(self) -> None:
        """Create all accounts, before the first outage."""
        for number in range(self._plan.users):
            account = {"email": f"user-{number}@example.org", "password": "correct horse"}
            httpx.post(f"{self._url}/users", data=account, timeout=TIMEOUT).raise_for_status()
            login = httpx.post(f"{self._url}/auth", data=account, timeout=TIMEOUT).raise_for_status()
            self._tokens.append(login.json()["token"])

    def send_all(self, may_continue: Callable[[], bool]) -> None:
        """Return when enough requests are accepted, after the time limit, or when `may_continue` returns False."""
        deadline = time.monotonic() + LIMIT_SECONDS

        def is_over() -> bool:
            return self._is_enough() or time.monotonic() > deadline or not may_continue()

        with ThreadPoolExecutor(self._plan.users) as pool:
            for sending in [
                pool.submit(self._send, number, token, is_over) for number, token in enumerate(self._tokens)
            ]:
                sending.result()

    def _send(self, number: int, token: str, is_over: Callable[[], bool]) -> None:
        chance = random.Random(f"{self._plan.seed}-user-{number}")
        with httpx.Client(base_url=self._url, headers={"Token": token}, timeout=60) as client:
            while not is_over():
                time.sleep(chance.uniform(0, 2 * self._plan.mean_pause))
                response = self._submit(client)
                if response is not None and response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
                    return

    def _submit(self, client: httpx.Client) -> httpx.Response | None:
        if self._is_enough():
            return None
        try:
            response = client.post(
                "/mz-request",
                data={"age": "30", "gender": "woman"},
                files={"file": ("svelte_audio.wav", short_voice(), "audio/wav")},
            )
        except httpx.TransportError as error:
            with self._lock:
                self.responses[f"none ({type(error).__name__})"] += 1
            time.sleep(PAUSE_SECONDS)
            return None
        with self._lock:
            self.responses[str(response.status_code)] += 1
            if response.status_code == HTTPStatus.CREATED:
                ids = response.json()
                token = client.headers["Token"]
                self.accepted.append(Accepted(token, ids["mz_request_id"], ids["mz_result_id"]))
        return response

    def _is_enough(self) -> bool:
        with self._lock:
            return len(self.accepted) >= self._plan.requests
