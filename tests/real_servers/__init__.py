"""The real MySQL, RabbitMQ and S3 server of the tests, each in a container.

Tests use the fixtures of `plugin`. A program without pytest opens a `Run`:

    with Run.open() as run:
        broker = run.launch(RabbitMqServer)
        broker.stop()
"""

from real_servers.mysql import MySqlDatabase, MySqlServer
from real_servers.rabbitmq import RabbitMqServer, RabbitMqVhost
from real_servers.run import Run
from real_servers.s3 import S3Bucket, S3Server
from real_servers.server import RealServer, ServersUnavailable

__all__ = [
    "MySqlDatabase",
    "MySqlServer",
    "RabbitMqServer",
    "RabbitMqVhost",
    "RealServer",
    "Run",
    "S3Bucket",
    "S3Server",
    "ServersUnavailable",
]
