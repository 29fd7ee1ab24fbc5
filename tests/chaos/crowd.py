"""The people: each sends a voice now and then, and remembers what was accepted."""

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
"""After how long they give up, accepted or not; what is left of ten minutes is for starting, settling and counting."""
UNREACHABLE_PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the service has promised to whom."""

    token: str
    request_id: str
    generation_id: str


class Crowd:
    """Sends until so many requests have been accepted.

    Whoever finds nobody there tries again; whoever gets an error has not been promised anything, comes back later
    and sends anew.
    """

    def __init__(self, url: str, people: int, wanted: int, seconds: float, seed: int) -> None:
        self._url = url
        self._people = people
        self._wanted = wanted
        self._mean_pause = seconds / wanted * people
        self._seed = seed
        self._lock = threading.Lock()
        self.accepted: list[Accepted] = []
        self.answers: Counter[str] = Counter()
        self.tokens: list[str] = []

    def sign_up(self) -> None:
        """Open all accounts, before the chaos."""
        for number in range(self._people):
            account = {"email": f"person-{number}@example.org", "password": "correct horse"}
            httpx.post(f"{self._url}/users", data=account, timeout=TIMEOUT).raise_for_status()
            login = httpx.post(f"{self._url}/auth", data=account, timeout=TIMEOUT).raise_for_status()
            self.tokens.append(login.json()["token"])

    def send_all(self, go_on: Callable[[], bool]) -> None:
        """Return when enough were accepted, when it has taken too long, or when there is no going on."""
        deadline = time.monotonic() + LIMIT_SECONDS

        def is_over() -> bool:
            return self._is_enough() or time.monotonic() > deadline or not go_on()

        with ThreadPoolExecutor(self._people) as pool:
            for sending in [
                pool.submit(self._send, number, token, is_over) for number, token in enumerate(self.tokens)
            ]:
                sending.result()

    def _send(self, number: int, token: str, is_over: Callable[[], bool]) -> None:
        chance = random.Random(f"{self._seed}-person-{number}")
        with httpx.Client(base_url=self._url, headers={"Token": token}, timeout=60) as client:
            while not is_over():
                time.sleep(chance.uniform(0, 2 * self._mean_pause))
                answer = self._submit(client)
                if answer is not None and answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
                    return

    def _submit(self, client: httpx.Client) -> httpx.Response | None:
        if self._is_enough():
            return None
        try:
            answer = client.post(
                "/mz-request",
                data={"age": "30", "gender": "woman"},
                files={"file": ("svelte_audio.wav", short_voice(), "audio/wav")},
            )
        except httpx.TransportError as error:
            with self._lock:
                self.answers[f"by nobody ({type(error).__name__})"] += 1
            time.sleep(UNREACHABLE_PAUSE)
            return None
        with self._lock:
            self.answers[str(answer.status_code)] += 1
            if answer.status_code == HTTPStatus.CREATED:
                ids = answer.json()
                token = client.headers["Token"]
                self.accepted.append(Accepted(token, ids["mz_request_id"], ids["mz_result_id"]))
        return answer

    def _is_enough(self) -> bool:
        with self._lock:
            return len(self.accepted) >= self._wanted
