"""What a worker leaves in the data folder once it is warm and while its event loop turns.

`voice2face healthy worker` reads it. It says nothing about the queue: a worker whose queue is away works on.
"""

import socket
import time
from pathlib import Path

ALIVE = "alive"
"""The folder of these signs, below the data folder."""
SIGN_SECONDS = 2.0
"""How often a worker renews its sign."""
OLDEST_SECONDS = 30.0
"""How old the sign of a worker may be that works; longer than its loop ever waits for a busy machine."""


def sign_of_life(data: Path) -> Path:
    """Return the file of the worker of this machine or container; several may share the data folder."""
    return data / ALIVE / socket.gethostname()


def age_of(sign: Path) -> float | None:
    """Return how many seconds ago a sign was renewed, None where there is none."""
    try:
        return abs(
            time.time() - sign.stat().st_mtime
        )  # one of the future is of before the clock was set back
    except FileNotFoundError:
        return None
