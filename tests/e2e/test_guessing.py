"""Guesses at full speed, against two API processes with one MySQL.

The client of a test can choose its address: all of 127.0.0.0/8 leads to this machine.
"""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from adapters.sql import upgrade
from e2e.cluster import SECRET
from e2e.service import FAST_SERVICE, Service, running
from real_servers import MySqlDatabase

HOME, ELSEWHERE, BENS_HOME = "127.0.0.1", "127.0.0.2", "127.0.0.3"
GUESSES = 300
CONNECTIONS = 32
MOST_LOOKED_AT = 20
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
    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    return httpx.Client(transport=httpx.HTTPTransport(local_address=address, limits=limits), timeout=60)


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


def test_three_hundred_guesses_at_full_speed_hurt_neither_the_user_nor_others(
    processes: list[Service],
) -> None:
    one, other = processes
    sign_up(one, "ann", HOME)
    sign_up(other, "ben", BENS_HOME)
    usual = [log_in(one, "ben", BENS_HOME)[1] for _ in range(5)]
    are_in = threading.Event()
    numbers = itertools.count()
    with client_from(ELSEWHERE) as attacker, ThreadPoolExecutor(CONNECTIONS) as pool:

        def guess(number: int) -> int:
            service = processes[number % 2]
            return attacker.post(f"{service.url}/auth", data=account("ann", f"guess {number}")).status_code

        def storm(_: int) -> Counter[int]:
            """Guess until there were enough guesses and both users are in."""
            statuses: Counter[int] = Counter()
            while (number := next(numbers)) < GUESSES or not are_in.is_set():
                statuses[guess(number)] += 1
            return statuses

        storms = [pool.submit(storm, number) for number in range(CONNECTIONS)]
        try:
            ben, seconds = log_in(other, "ben", ELSEWHERE)
            ann, _ = log_in(one, "ann", HOME)
        finally:
            are_in.set()
        statuses = sum((each.result() for each in storms), Counter())
        assert ann == ben == 200
        usual += [log_in(other, "ben", BENS_HOME)[1] for _ in range(5)]  # as slow as the machine is by now
        assert seconds < max(SECONDS, 20 * max(usual))
        assert statuses.keys() == {401, 429}
        assert statuses.total() >= GUESSES
        assert statuses[401] <= MOST_LOOKED_AT
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
