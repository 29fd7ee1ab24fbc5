"""Calls of Docker Compose, and what the engine says of the containers."""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

from voice2face_stack.settings import HERE, StackError

FILE = HERE / "compose.yaml"
OWN_FILE = "compose.yaml"
"""In the folder of the stack: what its operator changes or adds, if there is such a file."""

ONCE = {"migrate", "page"}
"""Services that end by themselves."""
ASKED_FOR = {"grafana", "pebble"}
"""Services of a profile."""
NO_RIGHTS = (
    "You may not use the Docker engine of this machine: run the command as root, or have an administrator add you to "
    "the group docker, and log in again."
)
PROGRESS = re.compile(
    r"(\.\.\.( done| error)?\s*|(Creat|Start|Runn|Wait)\w+|Healthy|Exited|is up-to-date)\s*$"
)
_TAKEN = "Another program of this machine has a port that the proxy needs: stop it, or set HTTP_PORT and HTTPS_PORT."
_HINTS = {
    "port is already allocated": _TAKEN,
    "address already in use": _TAKEN,
    "overlaps with other one": "Set EDGE_SUBNET to a network that nothing else on this machine uses.",
    "no space left on device": "The disk is full: `docker system df` shows what images and volumes take.",
}


@dataclass(frozen=True, slots=True)
class Container:
    """One container of the stack."""

    id: str
    service: str
    image: str
    image_id: str
    state: str
    """Of the engine: `running`, `exited` …"""
    health: str
    """`healthy`, `unhealthy`, `starting`, or nothing where there is no check."""
    pid: int
    exit_code: int


@dataclass(frozen=True, slots=True)
class Compose:
    """The stack of one project."""

    environment: Mapping[str, str]

    def __call__(self, *arguments: str) -> None:
        """Run a command of Docker Compose; raises `StackError` with what it said if it fails."""
        done = self.run(*arguments, quiet=True)
        if done.returncode:
            said = [
                line for line in f"{done.stdout}\n{done.stderr}".splitlines() if not PROGRESS.search(line)
            ]
            text = "\n".join(filter(None, said))[-4000:]
            hints = [hint for sign, hint in _HINTS.items() if sign in text]
            hints = hints or [self.logs(each.service) for each in self.containers() if has_failed(each)]
            raise StackError(
                "\n".join([f"Docker Compose said at `{' '.join(arguments[:3])}`:", text, *hints])
            )

    def run(
        self, *arguments: str, quiet: bool = False, given: IO[bytes] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of Docker Compose, with what is given as its standard input, and return how it ended."""
        own = Path(self.environment["STACK_FOLDER"], OWN_FILE)
        files = [option for file in (FILE, own) if file.exists() for option in ("--file", str(file))]
        command = [*program(), "--project-directory", str(HERE), *files, *arguments]
        environment = {**os.environ, **self.environment}
        return subprocess.run(command, env=environment, stdin=given, capture_output=quiet, text=True)

    def services(self) -> set[str]:
        """Return the services that run always; raises `StackError`."""
        done = self.run("config", "--services", quiet=True)
        if done.returncode:
            raise StackError(f"Docker Compose cannot read its files:\n{done.stderr.strip()}")
        return set(done.stdout.split()) - ASKED_FOR

    def containers(self, service: str | None = None) -> list[Container]:
        """Return the containers of the project, or of one service of it, oldest first."""
        labels = {"project": self.environment["COMPOSE_PROJECT_NAME"]}
        labels |= {"service": service} if service else {}
        ids = output("docker", "ps", "--all", "--quiet", "--no-trunc", *by_labels(labels)).split()
        if not ids:
            return []
        found = sorted(json.loads(output("docker", "inspect", *ids)), key=lambda each: each["Created"])
        return [_container(each) for each in found if _is_service(each)]

    def do(self, service: str, seconds: float = 600) -> None:
        """Run a service that ends by itself, in a new container; raises `StackError` with what it said if it fails."""
        self("up", "--detach", "--no-deps", "--force-recreate", service)
        deadline = time.monotonic() + seconds
        while (container := self.containers(service)[-1]).state != "exited":
            if time.monotonic() > deadline:
                raise StackError(f"{self.logs(service)}\n{service} has not ended after {seconds:g} s.")
            time.sleep(0.5)
        if container.exit_code:
            raise StackError(f"{self.logs(service)}\n{service} has failed, see above.")

    def subnet(self, network: str) -> str:
        """Return the addresses of a network, or nothing where it is not made yet."""
        labels = {"project": self.environment["COMPOSE_PROJECT_NAME"], "network": network}
        found = output("docker", "network", "ls", "--quiet", *by_labels(labels)).split()
        template = "{{range .IPAM.Config}}{{.Subnet}}{{end}}"
        return output("docker", "network", "inspect", "--format", template, *found).strip() if found else ""

    def wait_until_healthy(self, service: str, count: int, seconds: float = 300) -> list[Container]:
        """Wait until `count` containers of a service are healthy and return them; raises `StackError`."""
        deadline = time.monotonic() + seconds
        while True:
            healthy = [each for each in self.containers(service) if each.health == "healthy"]
            if len(healthy) >= count:
                return healthy
            if time.monotonic() > deadline:
                raise StackError(f"{service} is not healthy after {seconds:g} s:\n{self.logs(service)}")
            time.sleep(0.5)

    def logs(self, service: str) -> str:
        """Return the last lines of a service."""
        return "\n".join(
            output("docker", "logs", "--tail", "30", each.id, errors=True)
            for each in self.containers(service)
        )


def by_labels(labels: Mapping[str, str]) -> list[str]:
    """Return the options of Docker that ask for what Compose has given these labels."""
    return [
        word
        for name, value in labels.items()
        for word in ("--filter", f"label=com.docker.compose.{name}={value}")
    ]


@cache
def program() -> tuple[str, ...]:
    """Return the command of Docker Compose: the plugin of Docker, or the program of its own; raises `StackError`."""
    if subprocess.run(["docker", "compose", "version"], capture_output=True).returncode == 0:
        return ("docker", "compose")
    if shutil.which("docker-compose"):
        return ("docker-compose",)
    raise StackError(
        "Docker Compose is missing: install the plugin docker-compose-v2, or the package docker-compose."
    )


def output(*command: str, errors: bool = False) -> str:
    """Return the output of a command, with its errors if wanted; raises `StackError` if it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise StackError(f"There is no program {command[0]} on this machine: install it first.") from error
    if "permission denied" in done.stderr and "docker" in done.stderr:
        raise StackError(NO_RIGHTS)
    if done.returncode:
        raise StackError(f"`{' '.join(command[:3])}` failed: {done.stderr.strip()}")
    return done.stdout + (done.stderr if errors else "")


def has_failed(container: Container) -> bool:
    """Tell whether a container is not healthy, or has ended without having done its work."""
    ended = container.state == "exited" and container.exit_code != 0
    return container.health == "unhealthy" or (container.service in ONCE and ended)


def _is_service(found: dict[str, object]) -> bool:
    labels = found["Config"]["Labels"]  # type: ignore[index]
    return str(labels.get("com.docker.compose.oneoff")) != "True"


def _container(found: dict[str, dict[str, object]]) -> Container:
    state = found["State"]
    health: dict[str, str] = state.get("Health") or {}  # type: ignore[assignment]
    return Container(
        id=str(found["Id"]),
        service=str(found["Config"]["Labels"]["com.docker.compose.service"]),  # type: ignore[index]
        image=str(found["Config"]["Image"]),
        image_id=str(found["Image"]),
        state=str(state["Status"]),
        health=health.get("Status", ""),
        pid=int(str(state["Pid"])),
        exit_code=int(str(state["ExitCode"])),
    )
