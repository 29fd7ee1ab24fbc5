"""A real RabbitMQ server."""

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
    """One virtual host, with its own queues and exchanges."""

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
    """A container that counts as started as soon as it runs: `RealServer` waits until it is ready."""

    def readiness_probe(self) -> bool:
        """Return True: `RealServer` waits instead, because the probe by pika sometimes fails while a server starts."""
        return True


class RabbitMqServer(RealServer):
    """RabbitMQ with its management API.

    A queue that was declared within the last second may be lost by `kill`, because the broker writes its members to
    the disk with a delay. `stop` keeps every queue, and both keep the confirmed messages of an older queue.
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
        """Create an empty virtual host; the account has all rights in it."""
        vhost = RabbitMqVhost(self.host, self.port, USER, PASSWORD, f"v2f-{uuid4().hex}")
        self.manage("PUT", f"/vhosts/{vhost.name}")
        return vhost

    def delete_vhost(self, vhost: RabbitMqVhost) -> None:
        """Delete a virtual host with its queues; clients that are still connected are disconnected."""
        self.manage("DELETE", f"/vhosts/{vhost.name}")

    def delete_queue(self, vhost: RabbitMqVhost, queue: str) -> None:
        """Delete a queue with its bindings and messages, as an operator may do."""
        self.manage("DELETE", f"/queues/{vhost.name}/{queue}")

    def cut_connections(self, vhost: RabbitMqVhost) -> int:
        """Close all connections to a virtual host from the server's side and return their number.

        The management API lists a connection only some seconds after it was opened.
        """
        connections = self.manage("GET", f"/vhosts/{vhost.name}/connections")
        for connection in connections:
            self.manage("DELETE", f"/connections/{quote(connection['name'], safe='')}")
        return len(connections)

    def manage(self, method: str, path: str, body: object = None) -> Any:
        """Call the management API below /api; ConnectionError for a response that is not a success."""
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
