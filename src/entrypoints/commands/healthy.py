"""Whether the API or the worker of this machine works: for the health check of a container.

It runs every few seconds, so it imports little.
"""

import json
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from entrypoints.composition.hosts import own_host
from entrypoints.composition.setting_sections import ServerSettings
from entrypoints.composition.settings import SettingsError
from entrypoints.composition.sign_of_life import OLDEST_SECONDS, age_of, sign_of_life

ANSWER_SECONDS = 5.0
READY = 200
LARGEST_ANSWER = 10_000


class Unhealthy(Exception):
    """The process does not work; the message says what was seen of it."""


def check_api(server: ServerSettings) -> str:
    """Return a sentence if the API is ready; raises `Unhealthy`, and `SettingsError` where its port is not known."""
    if not server.port:
        raise SettingsError(
            "V2F_PORT is 0, so the API listens on any port. Set it to a port for a health check."
        )
    connection = HTTPConnection(own_host(server.host), server.port, timeout=ANSWER_SECONDS)
    place = f"{server.host} on port {server.port}"
    try:
        connection.request("GET", "/health/ready")
        answer = connection.getresponse()
        status, body = answer.status, answer.read(LARGEST_ANSWER)
    except (OSError, HTTPException) as error:
        raise Unhealthy(f"No API answers at {place}: {error or type(error).__name__}.") from error
    finally:
        connection.close()
    if status != READY:
        raise Unhealthy(f"The API at {place} is not ready: {_reason_in(body)}")
    return "The API is ready."


def check_worker(data: Path) -> str:
    """Return a sentence if the worker of this machine and data folder works; raises `Unhealthy`."""
    sign = sign_of_life(data)
    age = age_of(sign)
    if age is None:
        raise Unhealthy(f"No worker works: there is no {sign}.")
    if age > OLDEST_SECONDS:
        raise Unhealthy(f"The worker hangs or was killed: it has not renewed {sign} for {age:.0f} s.")
    return "The worker works."


def _reason_in(body: bytes) -> str:
    """Return what a problem says, with the backing services that are down."""
    try:
        problem = json.loads(body)
        down = [name for name, state in problem.get("services", {}).items() if state == "down"]
        return f"{problem['error']} Down: {', '.join(down)}." if down else str(problem["error"])
    except (ValueError, KeyError, AttributeError):
        return "its answer is not one of this service."
