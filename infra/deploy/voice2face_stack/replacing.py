"""Replacing the containers of API and workers without interruption."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from voice2face_stack.compose import Compose, Container, output
from voice2face_stack.logs import keep_logs
from voice2face_stack.settings import StackError, StackSettings
from voice2face_stack.waiting import tell

COUNTS = {"api": "API", "worker": "WORKERS"}
"""The services that are replaced, and the setting that says how many containers there are of each."""
STOP_SECONDS = 90
"""How long a container of the service may take to stop: its drain, its requests and its jobs."""


def replace_all(stack: Compose, settings: StackSettings) -> None:
    """Replace API and workers by containers with the image and the settings of now, one service after the other."""
    for service, name in COUNTS.items():
        tell(f"new containers of {service}")
        replace(stack, service, settings.count(name), settings.folder)


def replace(stack: Compose, service: str, count: int, folder: Path) -> None:
    """Start new containers beside the old ones, and stop these when the new ones are healthy.

    What the old ones have logged is kept in the folder of the stack.
    """
    old = stack.containers(service)
    stack("up", "--detach", "--no-deps", "--no-recreate", "--scale", f"{service}={len(old) + count}", service)
    known = {each.id for each in old}
    deadline = time.monotonic() + 300
    while len([each for each in others(stack, service, known) if each.health == "healthy"]) < count:
        if time.monotonic() > deadline:
            logs = stack.logs(service)
            for each in others(stack, service, known):
                remove(each, folder)
            raise StackError(
                f"{logs}\nThe new containers of {service} did not become healthy, see above, and are removed; the old "
                "ones go on. Put right what they say, and run the same command again."
            )
        time.sleep(0.5)
    time.sleep(3)  # the proxy looks every second which of them are ready
    with ThreadPoolExecutor(max(1, len(old))) as pool:
        for _ in pool.map(partial(remove, folder=folder), old):
            pass


def others(stack: Compose, service: str, known: set[str]) -> list[Container]:
    """Return the containers of a service that have none of the known ids."""
    return [each for each in stack.containers(service) if each.id not in known]


def remove(container: Container, folder: Path) -> None:
    """Stop a container in its own time, keep what it has logged, and remove it."""
    output("docker", "stop", "--time", str(STOP_SECONDS), container.id)
    keep_logs(container, folder)
    output("docker", "rm", container.id)
