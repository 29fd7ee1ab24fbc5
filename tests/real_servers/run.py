"""One run of tests and its containers, which all its processes share and which are removed at its end."""

import json
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Self, TypeVar

import docker
from docker.errors import APIError, DockerException, ImageNotFound
from docker.models.containers import Container

from real_servers.server import RealServer, ServersUnavailable

IMAGES = Path(__file__).parents[2] / ".cache" / "containers.json"
RUN_LABEL, HOST_LABEL, SHARED_LABEL = "voice2face.run", "voice2face.host", "voice2face.shared"
PREFIX = "voice2face-run-"

Server = TypeVar("Server", bound=RealServer)


class Run:
    """A run, named by a folder that contains its locks; its containers have that name as a label."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._labels = {RUN_LABEL: folder.name, HOST_LABEL: socket.gethostname()}

    @classmethod
    def begin(cls) -> Self:
        """Return a new run, which this process must close; other processes join it by its folder."""
        return cls(Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-")))

    @classmethod
    @contextmanager
    def open(cls) -> Iterator[Self]:
        """Give a new run, and close it at the end."""
        run = cls.begin()
        try:
            yield run
        finally:
            run.close()

    def launch(self, kind: type[Server]) -> Server:
        """Start a server that only the caller uses, so that it may stop and kill it.

        Raises ServersUnavailable where there is no Docker engine or no image.
        """
        return kind.launch(self._image(kind), self._labels)

    def shared(self, kind: type[Server]) -> Server:
        """Return the server of a kind that all processes of this run share; the first call starts it.

        Raises ServersUnavailable where there is no Docker engine or no image.
        """
        image = self._image(kind)
        labels = {**self._labels, SHARED_LABEL: kind.key}
        with self._locked(kind.key):
            running = containers(self._engine, *(f"{key}={value}" for key, value in labels.items()))
            return kind(running[0]) if running else kind.launch(image, labels)

    def close(self) -> None:
        """Remove every container of this run with its data."""
        if any(self.folder.iterdir()):  # a lock shows that the engine was used
            remove(self._engine, f"{RUN_LABEL}={self.folder.name}")
        shutil.rmtree(self.folder)

    def _image(self, kind: type[RealServer]) -> str:
        try:
            images: dict[str, str] = json.loads(IMAGES.read_text())
            self._engine.images.get(images[kind.key])
        except (FileNotFoundError, ImageNotFound) as error:
            raise ServersUnavailable("no images yet: run infra/containers/provide_images.py") from error
        return images[kind.key]

    @cached_property
    def _engine(self) -> docker.DockerClient:
        try:
            engine = docker.from_env()
            engine.ping()
        except DockerException as error:
            raise ServersUnavailable("no Docker engine answers: run infra/containers/engine") from error
        with self._locked("abandoned"):
            remove_abandoned(engine)
        return engine

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        with (self.folder / f"{name}.lock").open("w") as lock:
            flock(lock, LOCK_EX)
            yield


def remove_abandoned(engine: docker.DockerClient) -> None:
    """Remove the containers of runs on this host whose process has ended, for example by kill -9."""
    here = f"{HOST_LABEL}={socket.gethostname()}"
    runs = {each.labels[RUN_LABEL] for each in containers(engine, here, include_stopped=True)}
    for run in runs:
        if not process_runs(int(run.removeprefix(PREFIX).split("-")[0])):
            remove(engine, f"{RUN_LABEL}={run}")
            shutil.rmtree(Path(tempfile.gettempdir(), run), ignore_errors=True)


def remove(engine: docker.DockerClient, label: str) -> None:
    """Remove the containers with a label, running or not, and their data."""
    for container in containers(engine, label, include_stopped=True):
        try:
            container.remove(force=True, v=True)
        except APIError as error:  # another process has removed it, or is removing it
            if error.status_code not in {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}:
                raise


def containers(engine: docker.DockerClient, *labels: str, include_stopped: bool = False) -> list[Container]:
    """Return the containers that have all these labels, without those that are removed meanwhile."""
    found: list[Container] = engine.containers.list(
        all=include_stopped, filters={"label": list(labels)}, ignore_removed=True
    )
    return found


def process_runs(pid: int) -> bool:
    """Return whether a process with this id runs, also one of another user."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
