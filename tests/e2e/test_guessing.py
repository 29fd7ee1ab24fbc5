"""Guesses at full speed, against two API processes with one MySQL.

The client of a test can choose its address: all of 127.0.0.0/8 leads to this machine.
"""

import itertools
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from adapters.sql import upgrade
from e2e.cluster import SECRET
from e2e.service import FAST_SERVICE, Service, running
from real_servers import MySqlDatabase

HOME, ELSEWHERE, BENS_HOME, OTHERS_HOME = "127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4"
GUESSES = 300
CONNECTIONS = 32
MOST_LOOKED_AT = 20
TLS_CONTEXT = ssl.create_default_context()
"""For every client, since making one takes longer than a call."""
SECONDS = 2.0
"""How long a good login of another account may take meanwhile, on a machine that does nothing else."""


@pytest.fixture
def processes(mysql_database: MySqlDatabase, tmp_path: Path) -> Iterator[list[Service]]:
    environment = {"V2F_DATABASE_URL": mysql_database.url, "V2F_SECRET": SECRET}
    upgrade(mysql_database.url)
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                running(Service(data=tmp_path / name, program=FAST_SERVICE, environment=environment))
            )
            for name in ("one", "two")
        ]


def client_from(address: str) -> httpx.Client:
    return httpx.Client(transport=httpx.HTTPTransport(verify=TLS_CONTEXT, local_address=address), timeout=60)


def account(name: str, password: str = "correct horse") -> dict[str, str]:
    return {"email": f"{name}@example.org", "password": password}


def sign_up(service: Service, name: str, address: str) -> None:
    with client_from(address) as client:
        client.post(f"{service.url}/users", data=account(name)).raise_for_status()


def log_in(service: Service, name: str, address: str) -> tuple[int, float]:
    """Return the status and the seconds that it took."""
    started = time.monotonic()
    with client_from(address) as client:
        status = client.post(f"{service.url}/auth", data=account(name)).status_code
    return status, time.monotonic() - started


@contextmanager
def storm(
    processes: list[Service], address: str, body: Callable[[int], dict[str, str]], least: int
) -> Iterator[Counter[int]]:
    """Log in with numbered bodies over all connections, until the block is done and `least` were sent.

    The statuses are in the counter that is given, once the storm is over.
    """
    statuses: Counter[int] = Counter()
    is_done = threading.Event()
    numbers = itertools.count()

    def send() -> Counter[int]:
        """Send over a connection of its own: threads that share a client may close each other's."""
        answered: Counter[int] = Counter()
        with client_from(address) as client:
            while (number := next(numbers)) < least or not is_done.is_set():
                url = f"{processes[number % 2].url}/auth"
                answered[client.post(url, data=body(number)).status_code] += 1
        return answered

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        sending = [pool.submit(send) for _ in range(CONNECTIONS)]
        try:
            yield statuses
        finally:
            is_done.set()
        for each in sending:
            statuses += each.result()


def test_three_hundred_guesses_at_full_speed_hurt_neither_the_user_nor_others(
    processes: list[Service],
) -> None:
    """A login beside guesses is compared with one beside as many good logins as there are guesses that are looked at.

    So both wait for as many passwords to be hashed, which has a lower priority than the rest of the service, beside as
    many requests as the machine can answer.
    """
    one, other = processes
    sign_up(one, "ann", HOME)
    sign_up(other, "ben", BENS_HOME)
    for number in range(MOST_LOOKED_AT):
        sign_up(one, f"user-{number}", OTHERS_HOME)

    def good_login(number: int) -> dict[str, str]:
        """Return a good login; of those that come later a body without a password."""
        return account(f"user-{number}") if number < MOST_LOOKED_AT else {"email": "ann@example.org"}

    def log_in_beside_others() -> float:
        with storm(processes, OTHERS_HOME, good_login, GUESSES) as others:
            status, seconds = log_in(other, "ben", BENS_HOME)
        assert status == 200
        assert others.keys() == {200, 422}
        assert others[200] == MOST_LOOKED_AT
        return seconds

    usual = [log_in_beside_others() for _ in range(2)]
    with storm(processes, ELSEWHERE, lambda number: account("ann", f"guess {number}"), GUESSES) as guesses:
        ben, seconds = log_in(other, "ben", ELSEWHERE)
        ann, _ = log_in(one, "ann", HOME)
    usual += [log_in_beside_others() for _ in range(2)]
    assert ann == ben == 200
    assert seconds < max(SECONDS, 3 * max(usual))
    assert guesses.keys() == {401, 429}
    assert guesses.total() >= GUESSES
    assert guesses[401] <= MOST_LOOKED_AT
    assert log_in(other, "ann", HOME)[0] == 200  # and still after the storm


def test_guesses_from_many_addresses_at_once_are_no_way_around_the_limit(processes: list[Service]) -> None:
    sign_up(processes[0], "ann", HOME)

    def guess(number: int) -> int:
        with client_from(f"127.0.{1 + number}.1") as attacker:
            service = processes[number % 2]
            return attacker.post(f"{service.url}/auth", data=account("ann", f"guess {number}")).status_code

    with ThreadPoolExecutor(32) as pool:
        statuses = Counter(pool.map(guess, range(100)))
    assert statuses.keys() == {401, 429}
    assert statuses[401] <= MOST_LOOKED_AT
    assert log_in(processes[1], "ann", HOME)[0] == 200
