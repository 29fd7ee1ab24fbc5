"""A server in a container, which can be stopped, killed, paused and started again at the same address."""

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
GRACE_S = 20
# A shared container must run for longer than the process that started it; the reaper would remove it with that process.
testcontainers_config.ryuk_disabled = True
testcontainers_config.connection_mode_override = ConnectionMode.docker_host
testcontainers_config.sleep_time, testcontainers_config.max_tries = POLL_S, round(READY_LIMIT_S / POLL_S)


class ServersUnavailable(Exception):
    """No real server can be started here; the message says what is missing."""


class RealServer(ABC):
    """One running container; published on the loopback interface only.

    Every method blocks: from a coroutine call it through `asyncio.to_thread`.
    """

    name: ClassVar[str]
    """Its name in messages."""
    key: ClassVar[str]
    """Its name in the list of images."""
    ports: ClassVar[tuple[int, ...]]
    """The ports on which it listens in its container; clients use the first."""

    def __init__(self, container: Container) -> None:
        self.container = container

    @classmethod
    def launch(cls, image: str, labels: Mapping[str, str]) -> Self:
        """Start a new server and wait until it is ready."""
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
        """Return the container as testcontainers starts it, without ports and labels."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Return whether it answers in its protocol."""

    @property
    @abstractmethod
    def title(self) -> str:
        """Its name and version, as the server itself gives them."""

    @property
    def host(self) -> str:
        """The address of every port."""
        return HOST

    @property
    def port(self) -> int:
        """The port for clients, which is the same until the server is removed."""
        return self.published(self.ports[0])

    def published(self, port: int) -> int:
        """Return the host's port for one in the container, also while the server is stopped."""
        self.container.reload()
        return int(self.container.attrs["HostConfig"]["PortBindings"][f"{port}/tcp"][0]["HostPort"])

    def stop(self) -> None:
        """Stop it and wait; its data stays. After the grace period it is killed."""
        self.container.stop(timeout=GRACE_S)

    def kill(self) -> None:
        """Kill it, as a crash does; its data stays as it is."""
        self.container.kill()
        self.container.wait()

    def start(self) -> None:
        """Start it again after `stop` or `kill`, with its data and on its port, and wait until it is ready."""
        self.container.start()
        self.wait_until_ready()

    def pause(self) -> None:
        """Pause it: connections stay open and get no answer."""
        self.container.pause()

    def unpause(self) -> None:
        """Let it continue after `pause`."""
        self.container.unpause()

    def wait_until_ready(self) -> None:
        """Wait until it is ready; TimeoutError with the end of its log if it ends or takes too long."""
        deadline = time.monotonic() + READY_LIMIT_S
        while not self.is_ready():
            self.container.reload()
            if time.monotonic() > deadline or self.container.status == "exited":
                log = self.container.logs(tail=20).decode(errors="replace")
                raise TimeoutError(f"{self.name} is {self.container.status} and not ready:\n{log}")
            time.sleep(POLL_S)

    def remove(self) -> None:
        """Remove it with its data."""
        self.container.remove(force=True, v=True)
