"""Ports for servers that stop and start again at the same address."""

import os
import random
import socket
import tempfile
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import TextIO

HOST = "127.0.0.1"
# Below the ports of outgoing connections, so that no other program gets a server's port while the server is stopped.
RANGE = range(20_000, 30_000)
LOCKS = Path(tempfile.gettempdir(), f"voice2face-ports-{os.getuid()}")

_held: list[TextIO] = []


def free_port() -> int:
    """Return a port on which no program listens, and which no other test gets while this process runs."""
    LOCKS.mkdir(exist_ok=True)
    for port in random.sample(RANGE, k=100):
        lock = (LOCKS / str(port)).open("w")
        if _can_lock(lock) and not _answers(port):
            _held.append(lock)
            return port
        lock.close()
    raise OSError(f"no free port between {RANGE.start} and {RANGE.stop}")


def _can_lock(lock: TextIO) -> bool:
    try:
        flock(lock, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0
