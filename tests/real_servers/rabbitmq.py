"""A real RabbitMQ."""

import json
from base64 import b64encode
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any, ClassVar
from urllib.parse import quote
from uuid import uuid4

from testcontainers.community.rabbitmq import RabbitMqContainer

from real_servers.server import RealServer

AMQP_PORT, MANAGEMENT_PORT = 5672, 15672
USER = "voice2face"
PASSWORD = "real-servers"


@dataclass(frozen=True, slots=True)
class RabbitMqVhost:
    """One virtual host: queues and exchanges of its own."""

    host: str
    port: int
    user: str
    password: str
    name: str

    @property
    def url(self) -> str:
        """The address for AMQP clients."""
        return f"amqp://{self.user}:{self.password}@{self.host}:{self.port}/{self.name}"


class StartingRabbitMq(RabbitMqContainer):
    """A container that is handed over as soon as it runs: `RealServer` waits until it serves."""

    def readiness_probe(self) -> bool:
        """Leave it to `RealServer`; pika's probe now and then gives up on a server that is just starting."""
        return True


class RabbitMqServer(RealServer):
    """RabbitMQ with its management API.

    A queue that was declared within the last second may not survive `kill`: the broker notes its members on the
    disk with a delay. `stop` always keeps it, and confirmed messages of a queue that is older survive both.
    """

    name: ClassVar = "RabbitMQ"
    key: ClassVar = "rabbitmq"
    ports: ClassVar = (AMQP_PORT, MANAGEMENT_PORT)

    @classmethod
    def configured(cls, image: str) -> StartingRabbitMq:
        return StartingRabbitMq(image, username=USER, password=PASSWORD)

    def is_ready(self) -> bool:
        try:
            self.manage("GET", f"/health/checks/port-listener/{AMQP_PORT}")
        except (OSError, HTTPException):
            return False
        return True

    @property
    def title(self) -> str:
        return f"{self.name} {self.manage('GET', '/overview')['rabbitmq_version']}"

    def create_vhost(self) -> RabbitMqVhost:
        """A new empty virtual host; the account may do everything in it."""
        vhost = RabbitMqVhost(self.host, self.port, USER, PASSWORD, f"v2f-{uuid4().hex}")
        self.manage("PUT", f"/vhosts/{vhost.name}")
        return vhost

    def delete_vhost(self, vhost: RabbitMqVhost) -> None:
        """Delete it with its queues; clients still connected to it are cut off."""
        self.manage("DELETE", f"/vhosts/{vhost.name}")

    def delete_queue(self, vhost: RabbitMqVhost, queue: str) -> None:
        """Delete a queue with its bindings and messages, as an operator might."""
        self.manage("DELETE", f"/queues/{vhost.name}/{queue}")

    def cut_connections(self, vhost: RabbitMqVhost) -> int:
        """Close every client's connection to the virtual host from the server's side; returns how many.

        The management API lists a connection some seconds after it was opened, not at once.
        """
        connections = self.manage("GET", f"/vhosts/{vhost.name}/connections")
        for connection in connections:
            self.manage("DELETE", f"/connections/{quote(connection['name'], safe='')}")
        return len(connections)

    def manage(self, method: str, path: str, body: object = None) -> Any:
        """Call the management API below /api; ConnectionError on any answer that is not a success."""
        credentials = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        headers = {"Authorization": f"Basic {credentials}", "Content-Type": "application/json"}
        connection = HTTPConnection(self.host, self.published(MANAGEMENT_PORT), timeout=30)
        try:
            content = None if body is None else json.dumps(body)
            connection.request(method, f"/api{path}", content, headers)
            response = connection.getresponse()
            answer = response.read()
        finally:
            connection.close()
        if response.status >= 300:
            raise ConnectionError(f"{method} {path}: {response.status} {answer.decode(errors='replace')}")
        return json.loads(answer) if answer else None
