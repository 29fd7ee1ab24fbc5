"""A server in a container, which can be stopped, killed, frozen and brought back at the same address."""

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Self

from docker.models.containers import Container
from testcontainers.core.config import ConnectionMode, testcontainers_config
from testcontainers.core.container import DockerContainer

from real_servers.ports import HOST, free_port

READY_LIMIT_S = 300.0
POLL_S = 0.05
# A shared container outlives the test process that started it; the reaper would end it with that process.
testcontainers_config.ryuk_disabled = True
testcontainers_config.connection_mode_override = ConnectionMode.docker_host
testcontainers_config.sleep_time, testcontainers_config.max_tries = POLL_S, round(READY_LIMIT_S / POLL_S)


class ServersUnavailable(Exception):
    """No real server can be started here; the message tells what is missing."""


class RealServer(ABC):
    """One running container; published on the loopback interface only.

    Every method blocks: from a coroutine call it through `asyncio.to_thread`.
    """

    name: ClassVar[str]
    """What people call it."""
    key: ClassVar[str]
    """Its name among the images."""
    ports: ClassVar[tuple[int, ...]]
    """What it listens on inside its container; the first is the one that clients use."""

    def __init__(self, container: Container) -> None:
        self.container = container

    @classmethod
    def launch(cls, image: str, labels: Mapping[str, str]) -> Self:
        """Start a new one and wait until it serves."""
        configured = cls.configured(image)
        configured.with_kwargs(labels=dict(labels))
        for port in cls.ports:
            configured.ports[str(port)] = (HOST, free_port())  # type: ignore[assignment]
        configured.start()
        server = cls(configured.get_wrapped_container())
        server.wait_until_ready()
        return server

    @classmethod
    @abstractmethod
    def configured(cls, image: str) -> DockerContainer:
        """The container as testcontainers starts it, ports and labels left out."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Tell whether it serves its protocol."""

    @property
    @abstractmethod
    def title(self) -> str:
        """Its name and version, as it tells them itself."""

    @property
    def host(self) -> str:
        """The address of every port."""
        return HOST

    @property
    def port(self) -> int:
        """Where clients reach it; the same for the server's whole life."""
        return self.published(self.ports[0])

    def published(self, port: int) -> int:
        """The host's port for one inside, known also while the server is stopped."""
        self.container.reload()
        return int(self.container.attrs["HostConfig"]["PortBindings"][f"{port}/tcp"][0]["HostPort"])

    def stop(self, grace_s: int = 20) -> None:
        """Ask it to end and wait until it has; its data stays. Past the grace it is killed."""
        self.container.stop(timeout=grace_s)

    def kill(self) -> None:
        """End it at once, as a crash would; its data stays as it is."""
        self.container.kill()
        self.container.wait()

    def start(self) -> None:
        """Bring it back after `stop` or `kill`, with its data and on its port, and wait until it serves."""
        self.container.start()
        self.wait_until_ready()

    def pause(self) -> None:
        """Freeze it: connections stay open, and nothing answers."""
        self.container.pause()

    def unpause(self) -> None:
        """Let it go on where `pause` froze it."""
        self.container.unpause()

    def wait_until_ready(self, limit_s: float = READY_LIMIT_S) -> None:
        """Wait until it serves; TimeoutError with the end of its log if it ends or takes too long."""
        deadline = time.monotonic() + limit_s
        while not self.is_ready():
            self.container.reload()
            if time.monotonic() > deadline or self.container.status == "exited":
                log = self.container.logs(tail=20).decode(errors="replace")
                raise TimeoutError(f"{self.name} is {self.container.status} and does not serve:\n{log}")
            time.sleep(POLL_S)

    def remove(self) -> None:
        """End it and drop its data."""
        self.container.remove(force=True, v=True)
