"""A stack of the tests: how it is started, reached and looked at."""

import json
import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from voice2face_stack.compose import Compose, Container
from voice2face_stack.images import chosen_images, own_image
from voice2face_stack.settings import REPOSITORY, StackSettings, read_settings

PROJECT = "voice2face-stack-test"
PROGRAM = REPOSITORY / "infra" / "deploy" / "stack"
CALL_SECONDS = 60
UP_SECONDS = 1800


@dataclass
class Stack:
    """The stack under test, with settings of its own in `folder`."""

    folder: Path
    http_port: int
    https_port: int
    variables: dict[str, str] = field(default_factory=dict)
    seconds_to_start: float = 0
    """What the first `up` has taken."""

    def run(self, *arguments: str, image: str | None = None) -> str:
        """Run a command of `infra/deploy/stack` as a developer does, and return what it said; it must not fail.

        With an image, the one of this checkout is built under that name.
        """
        done = subprocess.run(
            [str(PROGRAM), *arguments],
            env=self.environment(image),
            capture_output=True,
            text=True,
            timeout=UP_SECONDS,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    def environment(self, image: str | None = None) -> dict[str, str]:
        """Return the variables of its commands."""
        own = {
            "PYTHON": sys.executable,
            "STACK": str(self.folder),
            "COMPOSE_PROJECT_NAME": PROJECT,
            "HTTP_PORT": str(self.http_port),
            "HTTPS_PORT": str(self.https_port),
            "EDGE_SUBNET": "10.217.84.0/24",
            **self.variables,
        }
        return {**os.environ, **own, **({"BUILT_IMAGE": image} if image else {})}

    @property
    def settings(self) -> StackSettings:
        """The settings as the commands read them."""
        return read_settings(self.environment())

    @property
    def compose(self) -> Compose:
        """Docker Compose with these settings."""
        return Compose(
            {**self.settings.environment(), **chosen_images(), "VOICE2FACE_IMAGE": own_image(self.settings)}
        )

    def containers(self, service: str | None = None) -> list[Container]:
        """Return its containers, or those of one service."""
        return self.compose.containers(service)

    def one(self, service: str) -> Container:
        """Return the only container of a service."""
        (container,) = self.containers(service)
        return container

    @property
    def has_volumes(self) -> bool:
        """Whether there is data of this stack, or of one with the same name whose run was killed."""
        label = f"label=com.docker.compose.project={PROJECT}"
        found = subprocess.run(
            ["docker", "volume", "ls", "--quiet", "--filter", label],
            capture_output=True,
            text=True,
            check=True,
        )
        return bool(found.stdout)

    def inside(self, service: str, *command: str) -> str:
        """Run a command in the first container of a service and return its output; AssertionError if it fails."""
        done = subprocess.run(
            ["docker", "exec", self.containers(service)[0].id, *command], capture_output=True, text=True
        )
        assert done.returncode == 0, f"{command}: {done.stdout}\n{done.stderr}"
        return done.stdout

    @property
    def authority(self) -> Path:
        """The certificate of the test authority."""
        return self.folder / "test-authority" / "root.pem"

    def trusting(self) -> ssl.SSLContext:
        """Return a context that trusts the test authority and no other."""
        return ssl.create_default_context(cafile=str(self.authority))

    def client(self, path: str = "/api/v1", headers: Mapping[str, str] | None = None) -> httpx.Client:
        """Return a client that reaches the proxy by the stack's name, whose certificate it checks."""
        return httpx.Client(
            base_url=f"{self.url}{path}",
            headers=headers,
            timeout=CALL_SECONDS,
            transport=ByName(self.settings.domain, verify=self.trusting(), http2=False),
            trust_env=False,
        )

    @property
    def url(self) -> str:
        """What the addresses of the stack begin with."""
        return self.settings.public_url

    def follow(self, link: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Open a link of the stack as an image or a player does: without a token, and with redirects."""
        assert link.startswith(f"{self.url}/"), link
        with self.client("") as client:
            return client.get(link, headers=headers, follow_redirects=True)


class ByName(httpx.HTTPTransport):
    """Reaches one name at the loopback interface, since resolvers may not know it; TLS checks the name all the same."""

    def __init__(self, name: str, *, verify: ssl.SSLContext, http2: bool) -> None:
        super().__init__(verify=verify, http2=http2, retries=0)
        self._name = name

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to this machine, with the name in TLS and in Host."""
        assert urlsplit(str(request.url)).hostname == self._name, request.url
        request.extensions["sni_hostname"] = self._name
        request.url = request.url.copy_with(host="127.0.0.1")
        return super().handle_request(request)


def inspected(stack: Stack, service: str) -> dict[str, dict[str, object]]:
    """Return what the engine says of the first container of a service."""
    done = subprocess.run(
        ["docker", "inspect", stack.containers(service)[0].id], capture_output=True, check=True
    )
    found: dict[str, dict[str, object]] = json.loads(done.stdout)[0]
    return found


def tls(stack: Stack, context: ssl.SSLContext, name: str) -> ssl.SSLSocket:
    """Return a TLS connection to the proxy, under a name."""
    plain = socket.create_connection(("127.0.0.1", stack.https_port), timeout=10)
    return context.wrap_socket(plain, server_hostname=name)


def wait_until(condition: Callable[[], bool], seconds: float, what: str, pause: float = 0.2) -> None:
    """Wait until a condition is true; AssertionError after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds:g} s")
        time.sleep(pause)
