import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from voice2face_stack.settings import REPOSITORY

from real_servers.ports import free_port
from stack.running import Stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack with its own secrets and data, which are removed at the end."""
    folder: Path = tmp_path_factory.mktemp("stack")
    stack = Stack(folder=folder, http_port=free_port(), https_port=free_port())
    if stack.has_volumes:  # of a run that was killed; its secrets are gone
        stack.run("down", "--data")
    began = time.monotonic()
    try:
        stack.run("up")
        stack.seconds_to_start = time.monotonic() - began
        yield stack
    finally:
        if stack.has_volumes:
            stack.run("down", "--data")


@pytest.fixture(scope="session", autouse=True)
def engine() -> None:
    """The Docker engine, started where none answers."""
    subprocess.run([str(REPOSITORY / "infra/containers/engine")], check=True, stdout=sys.stderr)
