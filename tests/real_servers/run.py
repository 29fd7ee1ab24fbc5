"""One run of tests and the containers that it started: shared by its processes, gone when it ends."""

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
    """A run is named by a folder, which holds its locks; its containers carry that name as a label."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._labels = {RUN_LABEL: folder.name, HOST_LABEL: socket.gethostname()}

    @classmethod
    def begin(cls) -> Self:
        """A new run of this process, which must close it; other processes join it by its folder."""
        return cls(Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-")))

    @classmethod
    @contextmanager
    def open(cls) -> Iterator[Self]:
        """A new run, closed at the end."""
        run = cls.begin()
        try:
            yield run
        finally:
            run.close()

    def launch(self, kind: type[Server]) -> Server:
        """Start a server for the caller alone, to do with as it likes.

        ServersUnavailable where there is no Docker engine or no image.
        """
        return kind.launch(self._image(kind), self._labels)

    def shared(self, kind: type[Server]) -> Server:
        """The one server of its kind that all processes of this run share; the first to ask starts it.

        ServersUnavailable where there is no Docker engine or no image.
        """
        image = self._image(kind)
        mark = {**self._labels, SHARED_LABEL: kind.key}
        with self._locked(kind.key):
            running = containers(self._engine, *(f"{key}={value}" for key, value in mark.items()))
            return kind(running[0]) if running else kind.launch(image, mark)

    def close(self) -> None:
        """End every container of this run and drop its data."""
        if any(self.folder.iterdir()):  # a lock: somebody has used the engine
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
    """Remove what is left of runs on this host whose process is no more, as after a kill -9."""
    here = f"{HOST_LABEL}={socket.gethostname()}"
    runs = {each.labels[RUN_LABEL] for each in containers(engine, here, stopped_too=True)}
    for run in runs:
        if not process_lives(int(run.removeprefix(PREFIX).split("-")[0])):
            remove(engine, f"{RUN_LABEL}={run}")
            shutil.rmtree(Path(tempfile.gettempdir(), run), ignore_errors=True)


def remove(engine: docker.DockerClient, label: str) -> None:
    """Remove the containers with a label, running or not, and their data."""
    for container in containers(engine, label, stopped_too=True):
        try:
            container.remove(force=True, v=True)
        except APIError as error:  # another process may have removed it, or be at it
            if error.status_code not in {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}:
                raise


def containers(engine: docker.DockerClient, *labels: str, stopped_too: bool = False) -> list[Container]:
    """Return those with all of these labels; one that goes away meanwhile is left out."""
    found: list[Container] = engine.containers.list(
        all=stopped_too, filters={"label": list(labels)}, ignore_removed=True
    )
    return found


def process_lives(pid: int) -> bool:
    """Tell whether a process of this number runs, whoever's it is."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
