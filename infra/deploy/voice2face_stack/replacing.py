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
    while (
        sum(each.health == "healthy" and each.id not in known for each in stack.containers(service)) < count
    ):
        if time.monotonic() > deadline:
            raise StackError(
                f"the new {service} is not healthy, the old one goes on:\n{stack.logs(service)}\n"
                "Remove the new containers, or put right what they say and upgrade again."
            )
        time.sleep(0.5)
    time.sleep(3)  # the proxy looks every second which of them are ready
    with ThreadPoolExecutor(max(1, len(old))) as pool:
        for _ in pool.map(partial(remove, folder=folder), old):
            pass


def remove(container: Container, folder: Path) -> None:
    """Stop a container in its own time, keep what it has logged, and remove it."""
    output("docker", "stop", "--time", str(STOP_SECONDS), container.id)
    keep_logs(container, folder)
    output("docker", "rm", container.id)
